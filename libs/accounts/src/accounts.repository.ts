import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL, type Tx } from '#database';
import type { AccountLimits } from './account-input.js';

/** An account beside its first owner: what lists and commands show. */
export interface AccountRow {
  id: string;
  name: string;
  kind: 'personal' | 'team';
  created_at: Date;
  suspended_at: Date | null;
  requests_per_minute: number | null;
  in_flight_limit: number | null;
  key_limit: number | null;
  overridden_limits: string[];
  owner_id: string | null;
  owner_email: string | null;
}

interface LockedAccount {
  kind: 'personal' | 'team';
  key_limit: number | null;
  suspended: boolean;
  now: Date;
}

/** The oldest owner stands for the account: ids grow with time. */
const SELECT = `
  SELECT accounts.id, accounts.name, kind, accounts.created_at, suspended_at, requests_per_minute,
    in_flight_limit, key_limit, overridden_limits, owner.id AS owner_id, owner.email AS owner_email
  FROM accounts LEFT JOIN LATERAL (
    SELECT users.id, users.email FROM members JOIN users ON users.id = members.user_id
    WHERE members.account_id = accounts.id AND members.role = 'owner'
    ORDER BY members.id LIMIT 1
  ) AS owner ON true`;

@Injectable()
export class AccountsRepository {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /** False when the address is taken: two sign-ups at one time meet at the unique index, not at a look-up. */
  async insertUser(tx: Tx, user: { id: string; email: string; name: string }): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO users (id, email, name, email_verified, role) VALUES ($1, $2, $3, false, 'user')
       ON CONFLICT (email) DO NOTHING RETURNING id`,
      [user.id, user.email, user.name],
    );
    return rows.length > 0;
  }

  async insertPersonalAccount(tx: Tx, account: { id: string; name: string; ownerId: string }): Promise<void> {
    await tx.query(
      `INSERT INTO accounts (id, name, slug, kind) VALUES ($1, $2, $3, 'personal')`,
      // The library wants a word for addresses, unique; the id serves until somebody picks a nicer one.
      [account.id, account.name, account.id.replaceAll('-', '')],
    );
    await tx.query(`INSERT INTO members (account_id, user_id, role) VALUES ($1, $2, 'owner')`, [
      account.id,
      account.ownerId,
    ]);
  }

  /**
   * Locks the account's row until the end of the transaction, so that what is counted after it stays true. Its foreign
   * keys do not wait (NO KEY). The time is the transaction's.
   */
  async lock(tx: Tx, accountUuid: string): Promise<LockedAccount | undefined> {
    const [row] = await tx.query<LockedAccount>(
      `SELECT kind, key_limit, suspended_at IS NOT NULL AS suspended, app_now() AS now
       FROM accounts WHERE id = $1 FOR NO KEY UPDATE`,
      [accountUuid],
    );
    return row;
  }

  async findById(accountUuid: string): Promise<AccountRow | undefined> {
    const { rows } = await this.pool.query<AccountRow>(`${SELECT} WHERE accounts.id = $1`, [accountUuid]);
    return rows[0];
  }

  /** The account a person means by an address: the personal one, else the oldest they own. */
  async findByOwnerEmail(email: string): Promise<AccountRow | undefined> {
    const { rows } = await this.pool.query<AccountRow>(
      `${SELECT} WHERE accounts.id IN (
         SELECT account_id FROM members JOIN users ON users.id = members.user_id
         WHERE users.email = $1 AND members.role = 'owner')
       ORDER BY kind = 'personal' DESC, accounts.id LIMIT 1`,
      [email],
    );
    return rows[0];
  }

  /** Newest first, from `beforeUuid` on when given. */
  async list(page: { beforeUuid: string | null; limit: number }): Promise<AccountRow[]> {
    const { rows } = await this.pool.query<AccountRow>(
      `${SELECT} WHERE $1::uuid IS NULL OR accounts.id < $1 ORDER BY accounts.id DESC LIMIT $2`,
      [page.beforeUuid, page.limit],
    );
    return rows;
  }

  async suspend(tx: Tx, accountUuid: string): Promise<void> {
    await tx.query('UPDATE accounts SET suspended_at = app_now() WHERE id = $1', [accountUuid]);
  }

  async resume(tx: Tx, accountUuid: string): Promise<void> {
    await tx.query('UPDATE accounts SET suspended_at = NULL WHERE id = $1', [accountUuid]);
  }

  /** Writes limits set by hand, and that they were. */
  async overrideLimits(tx: Tx, accountUuid: string, limits: Partial<AccountLimits>): Promise<void> {
    await tx.query(
      `UPDATE accounts SET
         requests_per_minute = CASE WHEN $2 THEN $3 ELSE requests_per_minute END,
         in_flight_limit = CASE WHEN $4 THEN $5 ELSE in_flight_limit END,
         key_limit = CASE WHEN $6 THEN $7 ELSE key_limit END,
         overridden_limits = ARRAY(
           SELECT unnest(overridden_limits) UNION
           SELECT name FROM (VALUES ('requests_per_minute', $2), ('in_flight_limit', $4), ('key_limit', $6))
             AS given (name, is_given) WHERE is_given ORDER BY 1)
       WHERE id = $1`,
      [accountUuid, ...limitValues(limits)],
    );
  }

  /** Writes a plan's limits where nobody set one by hand. False when there is no such account. */
  async applyPlanLimits(tx: Tx, accountUuid: string, limits: AccountLimits): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE accounts SET
         requests_per_minute =
           CASE WHEN 'requests_per_minute' = ANY (overridden_limits) THEN requests_per_minute ELSE $2 END,
         in_flight_limit = CASE WHEN 'in_flight_limit' = ANY (overridden_limits) THEN in_flight_limit ELSE $3 END,
         key_limit = CASE WHEN 'key_limit' = ANY (overridden_limits) THEN key_limit ELSE $4 END
       WHERE id = $1 RETURNING id`,
      [accountUuid, limits.requestsPerMinute, limits.inFlightLimit, limits.keyLimit],
    );
    return rows.length > 0;
  }
}

/** Each limit as two values: whether it is given, and which. */
function limitValues(limits: Partial<AccountLimits>): unknown[] {
  return [limits.requestsPerMinute, limits.inFlightLimit, limits.keyLimit].flatMap((limit) => [
    limit !== undefined,
    limit ?? null,
  ]);
}
