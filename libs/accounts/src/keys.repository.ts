import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { idFromUuid } from '#common';
import { PG_POOL, type Tx } from '#database';
import type { KeyScope } from '#http';
import type { BudgetReset, KeySnapshot } from './key-snapshot.js';

/** A key as read for a request; a revoked one is remembered too, so that its use asks the database once. */
export interface FoundKey {
  snapshot: KeySnapshot;
  revoked: boolean;
}

/** A row of `keys` without its hash, which nothing outside the lookup needs. */
export interface KeyRow {
  id: string;
  account_id: string;
  name: string;
  display: string;
  scopes: KeyScope[];
  allowed_models: string[] | null;
  budget_millicredits: string | null;
  budget_reset: BudgetReset | null;
  expires_at: Date | null;
  revoked_at: Date | null;
  created_at: Date;
  created_by: string;
  last_used_at: Date | null;
  /** Until when the secret before this one works; null: it was never replaced. */
  previous_until: Date | null;
}

/** A key with the name of the person who made it; null: an operator at the command line, or somebody gone. */
export interface NamedKeyRow extends KeyRow {
  creator_name: string | null;
}

const COLUMNS = `id, account_id, name, display, scopes, allowed_models, budget_millicredits, budget_reset,
  expires_at, revoked_at, created_at, created_by, last_used_at, previous_until`;

/** `created_by` is the kind and id of an actor; only a user's has a name. */
const NAMED = `
  SELECT ${COLUMNS.split(',')
    .map((column) => `keys.${column.trim()}`)
    .join(', ')}, users.name AS creator_name
  FROM keys LEFT JOIN users ON users.id = CASE WHEN created_by LIKE 'user:usr\\_%' THEN substr(created_by, 10)::uuid END`;

/** A database that answers no lookup within this is treated as away: the caller is better served by a 503. */
const LOOKUP_TIMEOUT_MS = 5000;

/** Joined by hand, not by an entity: one round trip of a prepared statement on the request path. */
const BY_HASH = {
  name: 'key-by-hash',
  query_timeout: LOOKUP_TIMEOUT_MS,
  text: `SELECT keys.id, keys.account_id, keys.scopes, keys.allowed_models, keys.budget_millicredits,
           keys.budget_reset, least(keys.expires_at, found.until) AS expires_at,
           keys.revoked_at IS NOT NULL AS revoked,
           accounts.suspended_at IS NOT NULL AS suspended, accounts.requests_per_minute, accounts.in_flight_limit
         FROM (SELECT id, NULL::timestamptz AS until FROM keys WHERE hash = $1
               UNION ALL SELECT id, previous_until FROM keys WHERE previous_hash = $1) AS found
         JOIN keys ON keys.id = found.id JOIN accounts ON accounts.id = keys.account_id`,
};

interface ByHashRow extends Pick<KeyRow, 'id' | 'account_id' | 'scopes' | 'allowed_models'> {
  budget_millicredits: string | null;
  budget_reset: BudgetReset | null;
  expires_at: Date | null;
  revoked: boolean;
  suspended: boolean;
  requests_per_minute: number | null;
  in_flight_limit: number | null;
}

@Injectable()
export class KeysRepository {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /** The key with this SHA-256, and its account's limits, as last committed. */
  async findByHash(hash: Buffer): Promise<FoundKey | undefined> {
    const { rows } = await this.pool.query<ByHashRow>({ ...BY_HASH, values: [hash] });
    const [row] = rows;
    return row && { revoked: row.revoked, snapshot: snapshotOf(row) };
  }

  async insert(
    tx: Tx,
    key: Omit<KeyRow, 'revoked_at' | 'created_at' | 'last_used_at' | 'previous_until'> & { hash: Buffer },
  ): Promise<void> {
    await tx.query(
      `INSERT INTO keys (id, account_id, name, hash, display, scopes, allowed_models, budget_millicredits,
         budget_reset, expires_at, created_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        key.id,
        key.account_id,
        key.name,
        key.hash,
        key.display,
        key.scopes,
        key.allowed_models,
        key.budget_millicredits,
        key.budget_reset,
        key.expires_at,
        key.created_by,
      ],
    );
  }

  /** Under its lock until the end of the transaction. With `accountUuid`, a key of another account is not there. */
  async lock(tx: Tx, keyUuid: string, accountUuid: string): Promise<KeyRow | undefined> {
    const [row] = await tx.query<KeyRow>(
      `SELECT ${COLUMNS} FROM keys WHERE id = $1 AND account_id = $2 FOR NO KEY UPDATE`,
      [keyUuid, accountUuid],
    );
    return row;
  }

  async update(
    tx: Tx,
    key: Pick<
      KeyRow,
      'id' | 'name' | 'allowed_models' | 'budget_millicredits' | 'budget_reset' | 'expires_at'
    >,
  ): Promise<void> {
    await tx.query(
      `UPDATE keys SET name = $2, allowed_models = $3, budget_millicredits = $4, budget_reset = $5, expires_at = $6
       WHERE id = $1`,
      [key.id, key.name, key.allowed_models, key.budget_millicredits, key.budget_reset, key.expires_at],
    );
  }

  /** Puts a new secret in place of the old, which works for `graceSeconds` more. */
  async replaceSecret(
    tx: Tx,
    key: { id: string; hash: Buffer; display: string; graceSeconds: number },
  ): Promise<void> {
    await tx.query(
      `UPDATE keys SET previous_hash = hash, previous_until = app_now() + make_interval(secs => $4),
         hash = $2, display = $3
       WHERE id = $1`,
      [key.id, key.hash, key.display, key.graceSeconds],
    );
  }

  /** For the dashboard: those in use newest first, then those revoked in the last 30 days. */
  async listNamed(accountUuid: string, limit: number): Promise<NamedKeyRow[]> {
    const { rows } = await this.pool.query<NamedKeyRow>(
      `${NAMED}
       WHERE keys.account_id = $1 AND (revoked_at IS NULL OR revoked_at > app_now() - interval '30 days')
       ORDER BY revoked_at IS NOT NULL, keys.id DESC LIMIT $2`,
      [accountUuid, limit],
    );
    return rows;
  }

  /** What each key is called, those revoked long ago too: usage speaks of them. Newest first. */
  async names(accountUuid: string, limit: number): Promise<{ id: string; name: string; display: string }[]> {
    const { rows } = await this.pool.query(
      'SELECT id, name, display FROM keys WHERE account_id = $1 ORDER BY id DESC LIMIT $2',
      [accountUuid, limit],
    );
    return rows;
  }

  async findNamed(keyUuid: string): Promise<NamedKeyRow> {
    const { rows } = await this.pool.query<NamedKeyRow>(`${NAMED} WHERE keys.id = $1`, [keyUuid]);
    return rows[0]!;
  }

  /** Counts in a statement of its own: it must see what committed while the account's lock was waited for. */
  async countUnrevoked(tx: Tx, accountUuid: string): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM keys WHERE account_id = $1 AND revoked_at IS NULL',
      [accountUuid],
    );
    return row!.count;
  }

  /** Whether this call revoked it: false when it was revoked before. */
  async revoke(tx: Tx, keyUuid: string): Promise<boolean> {
    const rows = await tx.query(
      'UPDATE keys SET revoked_at = app_now() WHERE id = $1 AND revoked_at IS NULL RETURNING id',
      [keyUuid],
    );
    return rows.length > 0;
  }

  async find(tx: Tx, keyUuid: string): Promise<KeyRow | undefined> {
    const [row] = await tx.query<KeyRow>(`SELECT ${COLUMNS} FROM keys WHERE id = $1`, [keyUuid]);
    return row;
  }

  /** Newest first (ids grow with time), from `beforeUuid` on when given. */
  async list(page: { accountUuid: string; beforeUuid: string | null; limit: number }): Promise<KeyRow[]> {
    const { rows } = await this.pool.query<KeyRow>(
      `SELECT ${COLUMNS} FROM keys WHERE account_id = $1 AND ($2::uuid IS NULL OR id < $2)
       ORDER BY id DESC LIMIT $3`,
      [page.accountUuid, page.beforeUuid, page.limit],
    );
    return rows;
  }

  /**
   * Writes when keys were last used, unless that was written less than a minute before (by any process). Rows are
   * locked in id order, so that two processes cannot wait for each other; a row somebody holds is left out.
   */
  async writeLastUse(uses: { keyUuid: string; usedAtMs: number }[]): Promise<void> {
    await this.pool.query(
      `WITH used AS (
         SELECT id, to_timestamp(ms / 1000) AS at FROM unnest($1::uuid[], $2::float8[]) AS u (id, ms)
       ), due AS (
         SELECT keys.id, used.at FROM keys JOIN used ON used.id = keys.id
         WHERE keys.last_used_at IS NULL OR keys.last_used_at <= used.at - interval '1 minute'
         ORDER BY keys.id FOR NO KEY UPDATE OF keys SKIP LOCKED
       )
       UPDATE keys SET last_used_at = due.at FROM due WHERE keys.id = due.id`,
      [uses.map((use) => use.keyUuid), uses.map((use) => use.usedAtMs)],
    );
  }
}

function snapshotOf(row: ByHashRow): KeySnapshot {
  return {
    keyId: idFromUuid('key', row.id),
    accountId: idFromUuid('account', row.account_id),
    keyUuid: row.id,
    accountUuid: row.account_id,
    scopes: new Set(row.scopes),
    allowedModels: row.allowed_models && new Set(row.allowed_models),
    expiresAtMs: row.expires_at?.getTime() ?? null,
    budgetMillicredits: row.budget_millicredits === null ? null : BigInt(row.budget_millicredits),
    budgetReset: row.budget_reset,
    suspended: row.suspended,
    requestsPerMinute: row.requests_per_minute,
    inFlightLimit: row.in_flight_limit,
  };
}
