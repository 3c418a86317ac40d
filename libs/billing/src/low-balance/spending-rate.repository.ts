import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import type { Millicredits } from '#common';
import { PG_POOL, type Tx } from '#database';
import { DAY_ROWS, rollupValues } from '../usage/rollup-rows.js';

/** A grant with what is left of it, as time will treat it. */
export interface ForecastGrant {
  millicredits: Millicredits;
  effectiveAt: Date;
  expiresAt: Date | null;
}

interface Statement {
  name: string;
  text: string;
  values: unknown[];
}

@Injectable()
export class SpendingRateRepository {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /** What was charged in [from, to), and the first hour in which the account was ever charged anything. */
  async spent(query: { accountUuid: string; from: Date; to: Date }, tx: Tx | undefined) {
    const rows = await this.read<{ charge: string; first_hour: Date | null }>(tx, {
      name: 'billing-spent',
      text: `SELECT coalesce(sum(charge), 0)::text AS charge,
           (SELECT min(hour) FROM usage_rollups WHERE account_id = $1) AS first_hour
         FROM (${DAY_ROWS}) r`,
      values: rollupValues(query),
    });
    return { chargeMillicredits: BigInt(rows[0]!.charge), firstHour: rows[0]!.first_hour };
  }

  /** What the account's grants still have, in burn order; those to come included. */
  async grants(accountUuid: string, tx: Tx | undefined): Promise<ForecastGrant[]> {
    const rows = await this.read<{ left: string; effective_at: Date; expires_at: Date | null }>(tx, {
      name: 'billing-forecast-grants',
      text: `SELECT CASE WHEN booked THEN available + held ELSE amount END AS left, effective_at, expires_at
         FROM credit_grants WHERE account_id = $1 AND live AND (expires_at IS NULL OR expires_at > app_now())
         ORDER BY priority, expires_at NULLS LAST, paid, created_at, id`,
      values: [accountUuid],
    });
    return rows.map((row) => ({
      millicredits: BigInt(row.left),
      effectiveAt: row.effective_at,
      expiresAt: row.expires_at,
    }));
  }

  /** Whoever has a transaction reads in it: a second connection while one is held could be waited for for good. */
  private async read<Row extends pg.QueryResultRow>(tx: Tx | undefined, query: Statement): Promise<Row[]> {
    return tx ? tx.query<Row>(query.text, query.values) : (await this.pool.query<Row>(query)).rows;
  }
}
