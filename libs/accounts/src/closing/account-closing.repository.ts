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

  /** Names of other accounts that would be left without an owner. */
  async onlyOwnedBy(tx: Tx, userUuid: string): Promise<string[]> {
    const rows = await tx.query<{ name: string }>(
      `SELECT accounts.name FROM members JOIN accounts ON accounts.id = members.account_id
       WHERE members.user_id = $1 AND members.role = 'owner' AND kind = 'team' AND closing_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM members others WHERE others.account_id = accounts.id
           AND others.role = 'owner' AND others.user_id <> $1)
       ORDER BY accounts.name LIMIT 20`,
      [userUuid],
    );
    return rows.map((row) => row.name);
  }

  /** Overwrites a person: nobody signs in as them again, and the address is free. */
  async forgetPerson(tx: Tx, userUuid: string): Promise<void> {
    for (const table of ['sessions', 'identities', 'two_factors', 'sign_in_clients', 'members']) {
      await tx.query(`DELETE FROM ${table} WHERE user_id = $1`, [userUuid]);
    }
    await tx.query('DELETE FROM invitations WHERE inviter_id = $1', [userUuid]);
    await tx.query('DELETE FROM verifications WHERE value = $1', [userUuid]);
    await tx.query(
      `UPDATE users SET name = 'Deleted', email = 'deleted-' || id || '@deleted.invalid', email_verified = false,
         image = NULL, role = 'user', two_factor_enabled = NULL, locale = 'en'
       WHERE id = $1`,
      [userUuid],
    );
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
