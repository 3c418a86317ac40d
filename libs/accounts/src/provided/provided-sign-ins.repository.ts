import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL, type Tx } from '#database';

/** Rows of people who did not sign up by themselves. */
@Injectable()
export class ProvidedSignInsRepository {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  async find(tx: Tx, email: string): Promise<{ id: string; has_password: boolean } | undefined> {
    const [row] = await tx.query<{ id: string; has_password: boolean }>(
      `SELECT id, EXISTS (SELECT 1 FROM identities WHERE user_id = users.id AND password IS NOT NULL) AS has_password
       FROM users WHERE email = $1 FOR NO KEY UPDATE`,
      [email],
    );
    return row;
  }

  /** The address counts as confirmed, by whoever has the machine; welcome credits do not come with that. */
  async confirm(tx: Tx, userUuid: string): Promise<void> {
    await tx.query(
      `UPDATE users SET email_verified = true, verified_at = coalesce(verified_at, app_now()) WHERE id = $1`,
      [userUuid],
    );
  }

  async makeOperator(tx: Tx, userUuid: string): Promise<void> {
    await tx.query(`UPDATE users SET role = 'operator' WHERE id = $1`, [userUuid]);
  }

  /** The sign-in library keeps a password as an identity of its own provider, under the person's id. */
  async setPassword(tx: Tx, userUuid: string, hash: string): Promise<void> {
    await tx.query(
      `INSERT INTO identities (external_id, provider_id, user_id, password, updated_at)
       VALUES ($1::uuid::text, 'credential', $1::uuid, $2, now())
       ON CONFLICT (provider_id, external_id) DO UPDATE SET password = excluded.password, updated_at = now()`,
      [userUuid, hash],
    );
  }

  async markDemo(tx: Tx, userUuid: string): Promise<void> {
    await tx.query('UPDATE users SET is_demo = true WHERE id = $1', [userUuid]);
  }

  /** Demo people with something that opens the service, and their accounts. */
  async demoPeople(): Promise<{ id: string; accounts: string[] }[]> {
    const { rows } = await this.pool.query<{ id: string; accounts: string[] }>(
      `SELECT users.id, ARRAY(SELECT account_id FROM members WHERE user_id = users.id) AS accounts FROM users
       WHERE is_demo AND EXISTS (SELECT 1 FROM identities WHERE user_id = users.id AND password IS NOT NULL)
       ORDER BY id`,
    );
    return rows;
  }

  async shutOut(tx: Tx, userUuid: string): Promise<void> {
    await tx.query('DELETE FROM identities WHERE user_id = $1', [userUuid]);
    await tx.query('DELETE FROM sessions WHERE user_id = $1', [userUuid]);
    await tx.query(`UPDATE users SET role = 'user' WHERE id = $1`, [userUuid]);
  }
}
