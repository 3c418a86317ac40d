import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL, type Tx } from '#database';

/** What closing an account takes away. Its rows, and those of its people, stay for the ledger's sake. */
@Injectable()
export class AccountClosingRepository {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /** False when it was being closed before. Its name goes, since a personal one is a person's. */
  async begin(tx: Tx, accountUuid: string): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE accounts SET closing_at = app_now(), suspended_at = coalesce(suspended_at, app_now()),
         name = 'Closed account', logo = NULL, metadata = NULL
       WHERE id = $1 AND closing_at IS NULL RETURNING id`,
      [accountUuid],
    );
    if (rows.length === 0) return false;
    await tx.query('DELETE FROM members WHERE account_id = $1', [accountUuid]);
    await tx.query('DELETE FROM invitations WHERE account_id = $1', [accountUuid]);
    return true;
  }

  async unrevokedKeys(tx: Tx, accountUuid: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      'SELECT id FROM keys WHERE account_id = $1 AND revoked_at IS NULL ORDER BY id',
      [accountUuid],
    );
    return rows.map((row) => row.id);
  }

  async closing(limit: number): Promise<string[]> {
    const { rows } = await this.pool.query<{ id: string }>(
      'SELECT id FROM accounts WHERE closing_at IS NOT NULL AND closed_at IS NULL ORDER BY id LIMIT $1',
      [limit],
    );
    return rows.map((row) => row.id);
  }

  /** Whether this call is the one that closes it. */
  async close(tx: Tx, accountUuid: string): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE accounts SET closed_at = app_now()
       WHERE id = $1 AND closing_at IS NOT NULL AND closed_at IS NULL RETURNING id`,
      [accountUuid],
    );
    return rows.length > 0;
  }
}
