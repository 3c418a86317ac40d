import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import type { Millicredits } from '#common';
import { PG_POOL, type Tx } from '#database';

export interface Balance {
  planId: string;
  planName: string;
  availableMillicredits: Millicredits;
  heldMillicredits: Millicredits;
  debtMillicredits: Millicredits;
  /** When the soonest of the grants in force ends. */
  nextExpiryAt: Date | null;
  /** Null: nobody wants to know when it is low. */
  lowBalanceThresholdMillicredits: Millicredits | null;
  isLow: boolean;
  /** Null: no request was ever settled. */
  lastSettledAt: Date | null;
}

@Injectable()
export class BalancesRepository {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /** Opens an account's books; twice is once. */
  async open(tx: Tx, accountUuid: string, planId: string): Promise<void> {
    await tx.query(
      'INSERT INTO credit_accounts (account_id, plan_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [accountUuid, planId],
    );
  }

  async close(tx: Tx, accountUuid: string): Promise<'closed' | 'holds_open' | 'unknown_account'> {
    const [row] = await tx.query<{ state: 'closed' | 'holds_open' | 'unknown_account' }>(
      'SELECT billing_close($1) AS state',
      [accountUuid],
    );
    return row!.state;
  }

  async find(accountUuid: string): Promise<Balance | undefined> {
    const { rows } = await this.pool.query({
      name: 'billing-balance',
      // A grant counts from its effective to its expiry time, whether or not a request has made it fall due yet.
      text: `SELECT p.id, p.name, a.debt, a.low_balance_threshold, a.low_balance_side, a.last_settled_at, min(g.expires_at) FILTER (WHERE g.available > 0 AND g.expires_at > app_now()) AS next_expiry,
         coalesce(sum(CASE WHEN g.booked THEN g.available ELSE g.amount END)
           FILTER (WHERE g.effective_at <= app_now() AND (g.expires_at IS NULL OR g.expires_at > app_now())), 0) AS available,
         coalesce(sum(g.held), 0) AS held
       FROM credit_accounts a JOIN plans p ON p.id = a.plan_id
       LEFT JOIN credit_grants g ON g.account_id = a.account_id AND g.live
       WHERE a.account_id = $1 GROUP BY a.account_id, p.id`,
      values: [accountUuid],
    });
    const row = rows[0];
    if (!row) return undefined;
    return {
      planId: row.id,
      planName: row.name,
      availableMillicredits: BigInt(row.available),
      heldMillicredits: BigInt(row.held),
      debtMillicredits: BigInt(row.debt),
      nextExpiryAt: row.next_expiry,
      lowBalanceThresholdMillicredits:
        row.low_balance_threshold === null ? null : BigInt(row.low_balance_threshold),
      isLow: row.low_balance_threshold !== null && row.low_balance_side === 'below',
      lastSettledAt: row.last_settled_at,
    };
  }
}
