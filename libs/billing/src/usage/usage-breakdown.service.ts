import { Injectable } from '@nestjs/common';
import { idFromUuid, type Millicredits, toCredits } from '#common';
import type { SumsDto, UsageDto } from './usage.dto.js';
import { type BreakdownRow, UsageBreakdownRepository, type UsageUnit } from './usage-breakdown.repository.js';
import { NO_KEY, type UsageFilter } from './usage-filter.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Up to here a chart has a column an hour. */
const HOURLY_MS = 2 * DAY_MS;

/** Sums while they are added up: credits only become a number at the end. */
interface ExactSums {
  requests: number;
  promptTokens: number;
  completionTokens: number;
  chargeMillicredits: Millicredits;
}

/** What an account's requests used and cost, by time, model, key and outcome. */
@Injectable()
export class UsageBreakdownService {
  constructor(private readonly repository: UsageBreakdownRepository) {}

  /** Exact and live. Every hour or UTC day of the interval is a bucket, also one without requests. */
  async breakdown(filter: UsageFilter): Promise<UsageDto> {
    const lengthMs = filter.to.getTime() - filter.from.getTime();
    const unit: UsageUnit = lengthMs <= HOURLY_MS ? 'hour' : 'day';
    const rows = await this.repository.breakdown(filter, unit);
    const inBuckets = rows.filter((row) => row.kind === 'bucket');
    const byModel = new Map<string, ExactSums>();
    const buckets = emptyBuckets(filter, unit);
    for (const row of inBuckets) {
      const sums = sumsOf(row);
      buckets.get(row.bucket!)!.push({ model: row.model!, ...shown(sums) });
      byModel.set(row.model!, added(byModel.get(row.model!), sums));
    }
    return {
      from: filter.from.toISOString(),
      to: filter.to.toISOString(),
      unit,
      totals: shown([...byModel.values()].reduce(added, NOTHING)),
      buckets: [...buckets].map(([start, models]) => ({ start, models: dearestFirst(models) })),
      byModel: dearestFirst([...byModel].map(([model, sums]) => ({ model, ...shown(sums) }))),
      byKey: dearestFirst(
        rows
          .filter((row) => row.kind === 'key')
          .map((row) => ({
            keyId: row.key_id === NO_KEY ? null : idFromUuid('key', row.key_id!),
            ...shown(sumsOf(row)),
          })),
      ),
      byOutcome: dearestFirst(
        rows
          .filter((row) => row.kind === 'outcome')
          .map((row) => ({ outcome: row.outcome!, ...shown(sumsOf(row)) })),
      ),
    };
  }
}

const NOTHING: ExactSums = { requests: 0, promptTokens: 0, completionTokens: 0, chargeMillicredits: 0n };

function sumsOf(row: BreakdownRow): ExactSums {
  return {
    requests: Number(row.requests),
    promptTokens: Number(row.prompt_tokens),
    completionTokens: Number(row.completion_tokens),
    chargeMillicredits: BigInt(row.charge),
  };
}

function added(one: ExactSums = NOTHING, other: ExactSums): ExactSums {
  return {
    requests: one.requests + other.requests,
    promptTokens: one.promptTokens + other.promptTokens,
    completionTokens: one.completionTokens + other.completionTokens,
    chargeMillicredits: one.chargeMillicredits + other.chargeMillicredits,
  };
}

function shown({ chargeMillicredits, ...counts }: ExactSums): SumsDto {
  return { ...counts, credits: toCredits(chargeMillicredits) };
}

function dearestFirst<T extends SumsDto>(list: T[]): T[] {
  return list.toSorted((a, b) => b.credits - a.credits || b.requests - a.requests);
}

function emptyBuckets(filter: UsageFilter, unit: UsageUnit): Map<string, ({ model: string } & SumsDto)[]> {
  const stepMs = unit === 'hour' ? HOUR_MS : DAY_MS;
  const buckets = new Map<string, ({ model: string } & SumsDto)[]>();
  const first = Math.floor(filter.from.getTime() / stepMs) * stepMs;
  for (let ms = first; ms < filter.to.getTime(); ms += stepMs) buckets.set(new Date(ms).toISOString(), []);
  return buckets;
}
