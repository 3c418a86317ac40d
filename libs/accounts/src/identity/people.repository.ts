import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL, type Tx } from '#database';
import type { MemberRole } from '../auth-roles.js';

export interface PersonRow {
  id: string;
  email: string;
  name: string;
  locale: string | null;
  two_factor_enabled: boolean | null;
}

const COLUMNS = 'id, email, name, locale, two_factor_enabled';

/** Rows of people, their sessions and whence they came. */
@Injectable()
export class PeopleRepository {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  async find(userUuid: string): Promise<PersonRow | undefined> {
    const { rows } = await this.pool.query<PersonRow>(`SELECT ${COLUMNS} FROM users WHERE id = $1`, [
      userUuid,
    ]);
    return rows[0];
  }

  /** Locks the person's row, so that what must be there once is not made twice. */
  async lock(tx: Tx, userUuid: string): Promise<PersonRow | undefined> {
    const [row] = await tx.query<PersonRow>(`SELECT ${COLUMNS} FROM users WHERE id = $1 FOR NO KEY UPDATE`, [
      userUuid,
    ]);
    return row;
  }

  async update(tx: Tx, userUuid: string, changes: { name?: string; locale?: string }): Promise<void> {
    await tx.query(
      `UPDATE users SET name = coalesce($2, name), locale = coalesce($3, locale), updated_at = now()
       WHERE id = $1`,
      [userUuid, changes.name ?? null, changes.locale ?? null],
    );
  }

  /** The person with this address is no operator any more. Undefined: there is nobody. */
  async makeUser(tx: Tx, email: string): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }>(
      `UPDATE users SET role = 'user', updated_at = now() WHERE email = $1 RETURNING id`,
      [email],
    );
    return row?.id;
  }

  async operators(): Promise<PersonRow[]> {
    const { rows } = await this.pool.query<PersonRow>(
      `SELECT ${COLUMNS} FROM users WHERE role = 'operator' ORDER BY email LIMIT 1000`,
    );
    return rows;
  }

  /** The address, when this call is the one that takes note of the verification. */
  async claimVerification(tx: Tx, userUuid: string): Promise<string | undefined> {
    const [row] = await tx.query<{ email: string }>(
      `UPDATE users SET verified_at = app_now()
       WHERE id = $1 AND email_verified AND verified_at IS NULL RETURNING email`,
      [userUuid],
    );
    return row?.email;
  }

  async personalAccount(tx: Tx, userUuid: string): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }>(
      `SELECT accounts.id FROM members JOIN accounts ON accounts.id = members.account_id
       WHERE members.user_id = $1 AND members.role = 'owner' AND kind = 'personal' ORDER BY members.id LIMIT 1`,
      [userUuid],
    );
    return row?.id;
  }

  /** People whose sign-up or verification was cut short before all of it was done. */
  async unfinished(limit: number): Promise<string[]> {
    const { rows } = await this.pool.query<{ id: string }>(
      `SELECT id FROM users WHERE email_verified AND verified_at IS NULL LIMIT $1`,
      [limit],
    );
    return rows.map((row) => row.id);
  }

  async membersOf(accountUuid: string): Promise<(PersonRow & { role: MemberRole; joined_at: Date })[]> {
    const { rows } = await this.pool.query(
      `SELECT users.id, email, name, locale, two_factor_enabled, members.role, members.created_at AS joined_at
       FROM members JOIN users ON users.id = members.user_id WHERE account_id = $1 ORDER BY members.id LIMIT 1000`,
      [accountUuid],
    );
    return rows;
  }

  async sessionByToken(
    token: string,
  ): Promise<
    { id: string; user_id: string; ip_address: string | null; user_agent: string | null } | undefined
  > {
    const { rows } = await this.pool.query(
      'SELECT id, user_id, ip_address, user_agent FROM sessions WHERE token = $1',
      [token],
    );
    return rows[0];
  }

  /** Links to set a password that are still on their way: what they were asked for is past. */
  async endResetLinks(userUuid: string): Promise<void> {
    await this.pool.query(
      `DELETE FROM verifications WHERE value = $1::text AND identifier LIKE 'reset-password:%'`,
      [userUuid],
    );
  }

  /** Whether an address is another person's. */
  async isTaken(email: string, byOtherThan: string): Promise<boolean> {
    const { rows } = await this.pool.query('SELECT 1 FROM users WHERE email = $1 AND id <> $2', [
      email,
      byOtherThan,
    ]);
    return rows.length > 0;
  }

  async endSession(token: string): Promise<void> {
    await this.pool.query('DELETE FROM sessions WHERE token = $1', [token]);
  }

  /** Remembers whence somebody signs in, and says whether all of it is new to a person seen before. */
  async rememberClient(
    tx: Tx,
    client: { userUuid: string; ipAddress: string | null; userAgent: string | null },
  ): Promise<boolean> {
    const parts = [`address\n${client.ipAddress ?? ''}`, `browser\n${client.userAgent ?? ''}`];
    const digests = parts.map((part) => createHash('sha256').update(part).digest());
    const [before] = await tx.query<{ known: number; any: boolean }>(
      `SELECT count(*) FILTER (WHERE digest = ANY ($2))::int AS known, count(*) > 0 AS any
       FROM sign_in_clients WHERE user_id = $1`,
      [client.userUuid, digests],
    );
    await tx.query(
      `INSERT INTO sign_in_clients (user_id, digest) SELECT $1, unnest($2::bytea[]) ON CONFLICT DO NOTHING`,
      [client.userUuid, digests],
    );
    return before!.any && before!.known === 0;
  }

  async chooseAccount(tx: Tx, sessionUuid: string, accountUuid: string): Promise<void> {
    await tx.query('UPDATE sessions SET active_account_id = $2 WHERE id = $1', [sessionUuid, accountUuid]);
  }

  async hasInvitation(email: string): Promise<boolean> {
    const { rows } = await this.pool.query(
      `SELECT 1 FROM invitations WHERE email = $1 AND status = 'pending' AND expires_at > app_now() LIMIT 1`,
      [email],
    );
    return rows.length > 0;
  }
}
