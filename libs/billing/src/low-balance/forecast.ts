import type { ForecastGrant } from './spending-rate.repository.js';

const DAY_MS = 86_400_000;
/** A week's rate says nothing of what is further off; and a date has an end of its own, which is not nearly as far. */
const FORESEEN_MS = 366 * DAY_MS;

/**
 * When credits run out if they go on being spent at one rate: the first moment at which no grant in force has anything
 * left. Grants burn in the order given; what expires is gone, what takes effect later is there from then on.
 * Undefined: never, or not within a year.
 */
export function runsOutAtMs(
  grants: ForecastGrant[],
  rate: { millicreditsPerDay: number; nowMs: number },
): number | undefined {
  if (rate.millicreditsPerDay <= 0) return undefined;
  const left = grants.map((grant) => Number(grant.millicredits));
  const inForce = (grant: ForecastGrant, atMs: number) =>
    grant.effectiveAt.getTime() <= atMs && (grant.expiresAt === null || grant.expiresAt.getTime() > atMs);
  const changesMs = grants
    .flatMap((grant) => [grant.effectiveAt.getTime(), grant.expiresAt?.getTime() ?? rate.nowMs])
    .filter((ms) => ms > rate.nowMs)
    .toSorted((a, b) => a - b);
  let atMs = rate.nowMs;
  for (const untilMs of [...changesMs, Number.POSITIVE_INFINITY]) {
    let spendable = ((untilMs - atMs) / DAY_MS) * rate.millicreditsPerDay;
    let spent = 0;
    for (const [index, grant] of grants.entries()) {
      if (!inForce(grant, atMs)) continue;
      const taken = Math.min(left[index]!, spendable);
      left[index]! -= taken;
      spendable -= taken;
      spent += taken;
    }
    if (spendable > 0) {
      const endMs = atMs + (spent / rate.millicreditsPerDay) * DAY_MS;
      return endMs - rate.nowMs > FORESEEN_MS ? undefined : endMs;
    }
    atMs = untilMs;
  }
  return undefined;
}
