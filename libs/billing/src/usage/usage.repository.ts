import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL } from '#database';
import type { UsageSource } from '../ledger-contract.js';
import { DAY_ROWS, rollupValues } from './rollup-rows.js';
import type { RecordedOutcome } from './usage-filter.js';

export type UsageGrouping = 'model' | 'key' | 'day';

export interface UsageRow {
  group: string | null;
  requests: string;
  prompt_tokens: string;
  completion_tokens: string;
  charge: string;
}

export interface RequestRow {
  request_id: string;
  reserved_at: Date;
  settled_at: Date | null;
  key_id: string | null;
  model: string;
  outcome: RecordedOutcome | null;
  held: string;
  charge: string | null;
  shortfall: string | null;
  multiplier_milli: string;
  streamed: boolean | null;
  flags: string[] | null;
  prompt_tokens: string | null;
  completion_tokens: string | null;
  usage_source: UsageSource | null;
  attempts: { upstream: string; status: number; ms: number }[] | null;
  balance_after: string | null;
}

const GROUP_COLUMNS: Record<UsageGrouping, string> = {
  model: 'model',
  key: 'key_id::text',
  day: `to_char(bucket, 'YYYY-MM-DD')`,
};
const MOST_GROUPS = 1_000;

/** Reads of what requests used: sums from rollups, single requests from their record. */
@Injectable()
export class UsageRepository {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /** Sums by group of an account's hours in [from, to), of one key when it is given. Group null: the total. */
  async sums(query: {
    accountUuid: string;
    keyUuid: string | null;
    from: Date;
    to: Date;
    groupBy: UsageGrouping;
  }): Promise<UsageRow[]> {
    const column = GROUP_COLUMNS[query.groupBy];
    const { rows } = await this.pool.query<UsageRow>(
      // The total is a row also where nothing was used, with sums of nothing; it comes first, so that no limit cuts it.
      `SELECT ${column} AS "group", coalesce(sum(requests), 0)::text AS requests,
         coalesce(sum(prompt_tokens), 0)::text AS prompt_tokens,
         coalesce(sum(completion_tokens), 0)::text AS completion_tokens, coalesce(sum(charge), 0)::text AS charge
       FROM (${DAY_ROWS}) AS r
       WHERE ($6::uuid IS NULL OR key_id = $6) AND requests > 0
       GROUP BY GROUPING SETS ((${column}), ()) ORDER BY 1 NULLS FIRST LIMIT ${MOST_GROUPS}`,
      [...rollupValues(query), query.keyUuid],
    );
    return rows;
  }

  /** The record of one request, or its hold while it is in flight. */
  async request(query: {
    accountUuid: string;
    requestUuid: string;
    keyUuid: string | null;
  }): Promise<RequestRow | undefined> {
    const { rows } = await this.pool.query<RequestRow>(
      `SELECT request_id, reserved_at, settled_at, key_id, model, outcome, held, charge, shortfall, multiplier_milli,
         prompt_tokens, completion_tokens, usage_source, attempts, balance_after, streamed, flags
       FROM usage_records WHERE account_id = $1 AND request_id = $2 AND ($3::uuid IS NULL OR key_id = $3)
       UNION ALL
       SELECT request_id, reserved_at, NULL, key_id, model, NULL, amount, NULL, NULL, multiplier_milli, NULL, NULL, NULL,
         NULL, NULL, NULL, NULL
       FROM holds WHERE request_id = $2 AND account_id = $1 AND state = 'open' AND ($3::uuid IS NULL OR key_id = $3)
       LIMIT 1`,
      [query.accountUuid, query.requestUuid, query.keyUuid],
    );
    return rows[0];
  }
}
