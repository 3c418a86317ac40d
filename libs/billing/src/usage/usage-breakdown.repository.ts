import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL } from '#database';
import { DAY_ROWS, HOUR_ROWS, rollupValues, TOTAL_ROWS } from './rollup-rows.js';
import type { UsageFilter } from './usage-filter.js';

export type UsageUnit = 'hour' | 'day';

/** Sums of one group: of a bucket and a model, of a key, or of an outcome; the other columns are null. */
export interface BreakdownRow {
  kind: 'bucket' | 'key' | 'outcome';
  /** ISO time at which the bucket begins. */
  bucket: string | null;
  model: string | null;
  key_id: string | null;
  outcome: string | null;
  requests: string;
  prompt_tokens: string;
  completion_tokens: string;
  charge: string;
}

const SOURCES: Record<UsageUnit, { rows: string; start: string }> = {
  hour: { rows: HOUR_ROWS, start: `to_char(bucket AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"')` },
  day: { rows: DAY_ROWS, start: `to_char(bucket, 'YYYY-MM-DD"T00:00:00.000Z"')` },
};

@Injectable()
export class UsageBreakdownRepository {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /** The filter's sums in three groupings, out of one pass over the rollups. */
  async breakdown(filter: UsageFilter, unit: UsageUnit): Promise<BreakdownRow[]> {
    const isFiltered = filter.model !== null || filter.keyUuid !== null || filter.outcome !== null;
    if (unit === 'day' && !isFiltered) return this.totals(filter);
    const { rows: source, start } = SOURCES[unit];
    const { rows } = await this.pool.query<BreakdownRow>(
      // The names of the sums differ from the columns': a sum of zero requests is a group that a late settlement emptied.
      `SELECT CASE WHEN grouping(bucket) = 0 THEN 'bucket' WHEN grouping(key_id) = 0 THEN 'key' ELSE 'outcome' END AS kind,
         ${start} AS bucket, model, key_id, outcome, sum(requests)::text AS requests, sum(prompt_tokens)::text AS prompt_tokens,
         sum(completion_tokens)::text AS completion_tokens, sum(charge)::text AS charge
       FROM (${source}) AS r
       WHERE ($6::text IS NULL OR model = $6) AND ($7::uuid IS NULL OR key_id = $7) AND ($8::text IS NULL OR outcome = $8)
       GROUP BY GROUPING SETS ((bucket, model), (key_id), (outcome))
       HAVING sum(requests) > 0`,
      [...rollupValues(filter), filter.model, filter.keyUuid, filter.outcome],
    );
    return rows;
  }

  private async totals(filter: UsageFilter): Promise<BreakdownRow[]> {
    const { rows } = await this.pool.query<BreakdownRow>(
      `SELECT CASE dimension WHEN 'model' THEN 'bucket' ELSE dimension END AS kind, ${SOURCES.day.start} AS bucket,
         CASE dimension WHEN 'model' THEN value END AS model, CASE dimension WHEN 'key' THEN value END AS key_id,
         CASE dimension WHEN 'outcome' THEN value END AS outcome, requests, prompt_tokens, completion_tokens, charge
       FROM (
         SELECT CASE dimension WHEN 'model' THEN bucket END AS bucket, dimension, value, sum(requests)::text AS requests,
           sum(prompt_tokens)::text AS prompt_tokens, sum(completion_tokens)::text AS completion_tokens, sum(charge)::text AS charge
         FROM (${TOTAL_ROWS}) AS t GROUP BY 1, 2, 3 HAVING sum(requests) > 0) AS sums`,
      rollupValues(filter),
    );
    return rows;
  }
}
