import type { ForecastGrant } from './spending-rate.repository.js';

const DAY_MS = 86_400_000;

/**
 * When credits run out if they go on being spent at one rate: the first moment at which no grant in force has anything
 * left. Grants burn in the order given; what expires is gone, what takes effect later is there from then on.
 * Undefined: never.
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
    if (spendable > 0) return atMs + (spent / rate.millicreditsPerDay) * DAY_MS;
    atMs = untilMs;
  }
  return undefined;
}
