import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';

/** The rows of a person who goes. */
@Injectable()
export class ForgottenPeopleRepository {
  /** In id order, so that two who leave the same teams never wait for each other both ways. */
  async lockTeams(tx: Tx, userUuid: string): Promise<void> {
    await tx.query(
      `SELECT id FROM accounts WHERE kind = 'team' AND closing_at IS NULL
         AND id IN (SELECT account_id FROM members WHERE user_id = $1)
       ORDER BY id FOR NO KEY UPDATE`,
      [userUuid],
    );
  }

  /** Names of other accounts that would be left without an owner. True as long as `lockTeams`' locks are held. */
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
  async forget(tx: Tx, { email, userUuid }: { email: string; userUuid: string }): Promise<void> {
    for (const table of ['sessions', 'identities', 'two_factors', 'sign_in_clients', 'members']) {
      await tx.query(`DELETE FROM ${table} WHERE user_id = $1`, [userUuid]);
    }
    await tx.query('DELETE FROM invitations WHERE inviter_id = $1 OR email = $2', [userUuid, email]);
    await tx.query('DELETE FROM verifications WHERE value = $1', [userUuid]);
    await tx.query(
      `UPDATE users SET name = 'Deleted', email = 'deleted-' || id || '@deleted.invalid', email_verified = false,
         image = NULL, role = 'user', two_factor_enabled = NULL, locale = 'en'
       WHERE id = $1`,
      [userUuid],
    );
  }
}
