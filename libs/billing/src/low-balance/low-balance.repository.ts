import { Injectable } from '@nestjs/common';
import type { Millicredits } from '#common';
import type { Tx } from '#database';

/** A balance that came to the other side of its account's threshold. */
export interface LowBalanceCrossing {
  accountUuid: string;
  /** `below`: it became low; `above`: it no longer is. */
  side: 'above' | 'below';
  balanceMillicredits: Millicredits;
  thresholdMillicredits: Millicredits;
  crossedAt: Date;
}

/** One at a time takes crossings, so that an account's are handed over in the order in which they happened. */
const TAKER_LOCK = 7_201_950;

@Injectable()
export class LowBalanceRepository {
  /** Marks the oldest crossings that nobody took as taken, and returns them in order. None while another takes. */
  async take(tx: Tx, limit: number): Promise<LowBalanceCrossing[]> {
    const [turn] = await tx.query<{ ours: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS ours', [
      TAKER_LOCK,
    ]);
    if (!turn!.ours) return [];
    const rows = await tx.query<{
      account_id: string;
      side: 'above' | 'below';
      balance: string;
      threshold: string;
      crossed_at: Date;
    }>(
      `WITH taken AS (
         UPDATE low_balance_crossings SET handed_over_at = now()
         WHERE id IN (SELECT id FROM low_balance_crossings WHERE handed_over_at IS NULL ORDER BY id LIMIT $1)
         RETURNING *
       )
       SELECT account_id, side, balance, threshold, crossed_at FROM taken ORDER BY id`,
      [limit],
    );
    return rows.map((row) => ({
      accountUuid: row.account_id,
      side: row.side,
      balanceMillicredits: BigInt(row.balance),
      thresholdMillicredits: BigInt(row.threshold),
      crossedAt: row.crossed_at,
    }));
  }

  async threshold(tx: Tx, accountUuid: string): Promise<Millicredits | null> {
    const [row] = await tx.query<{ threshold: string | null }>(
      'SELECT low_balance_threshold AS threshold FROM credit_accounts WHERE account_id = $1',
      [accountUuid],
    );
    return row?.threshold == null ? null : BigInt(row.threshold);
  }

  /**
   * Sets the threshold under the account's lock and puts the balance on the side where it now is; a changed side is a
   * crossing. A new threshold is compared without the margin of 1.1: it is a new question. False: no such books.
   */
  async setThreshold(tx: Tx, accountUuid: string, threshold: Millicredits | null): Promise<boolean> {
    // Two statements: the second sees what was committed while the first waited for the lock.
    const locked = await tx.query(
      'SELECT low_balance_side FROM credit_accounts WHERE account_id = $1 FOR NO KEY UPDATE',
      [accountUuid],
    );
    if (locked.length === 0) return false;
    await tx.query(
      `WITH before AS (
         SELECT low_balance_side AS side, low_balance_threshold AS threshold, billing_balance(account_id) AS balance
         FROM credit_accounts WHERE account_id = $1
       ), after AS (
         UPDATE credit_accounts a SET low_balance_threshold = $2::bigint,
           low_balance_side = CASE WHEN b.balance < $2::bigint THEN 'below' ELSE 'above' END
         FROM before b WHERE a.account_id = $1
         RETURNING a.low_balance_side AS side
       )
       INSERT INTO low_balance_crossings (account_id, side, balance, threshold, crossed_at)
       SELECT $1, a.side, b.balance, coalesce($2::bigint, b.threshold), billing_now()
       FROM before b, after a WHERE a.side <> b.side`,
      [accountUuid, threshold?.toString() ?? null],
    );
    return true;
  }
}
