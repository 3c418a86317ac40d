import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL, type Tx } from '#database';
import { type AlertKind, type AlertParams, STATE_KINDS } from './alert-kinds.js';

export interface AlertRow {
  id: string;
  kind: string;
  severity: 'info' | 'warn' | 'danger';
  params: AlertParams;
  link: string | null;
  created_at: Date;
  closed_at: Date | null;
  read_at: Date | null;
}

/** Whose alerts: those of the account, and the person's own. */
export interface Reader {
  accountUuid: string;
  userUuid: string;
}

/** $1 account, $2 person: what of the two they let their dashboard show. */
const VISIBLE = `(a.account_id = $1 OR a.user_id = $2)
  AND NOT EXISTS (SELECT 1 FROM alert_preferences p WHERE p.user_id = $2 AND p.kind = a.kind AND NOT p.dashboard)`;
const OPEN = `a.closed_at IS NULL AND a.kind IN (${STATE_KINDS.map((kind) => `'${kind}'`).join(', ')})`;
const UNREAD = 'NOT EXISTS (SELECT 1 FROM alert_reads r WHERE r.user_id = $2 AND r.alert_id = a.id)';

/** Alerts and who has read them. */
@Injectable()
export class AlertsRepository {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /** False: one with this `dedupeKey` is there already. */
  async insert(
    tx: Tx,
    alert: {
      accountUuid: string | null;
      userUuid: string | null;
      kind: AlertKind;
      severity: string;
      params: AlertParams;
      link: string;
      dedupeKey: string;
      mentions?: string | null;
    },
  ): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO alerts (account_id, user_id, kind, severity, params, link, dedupe_key, mentions_user_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (dedupe_key) DO NOTHING RETURNING id`,
      [
        alert.accountUuid,
        alert.userUuid,
        alert.kind,
        alert.severity,
        JSON.stringify(alert.params),
        alert.link,
        alert.dedupeKey,
        alert.mentions ?? null,
      ],
    );
    return rows.length === 1;
  }

  /** A person's own go; in those to others their name does. */
  async forget(tx: Tx, userUuid: string): Promise<void> {
    await tx.query('DELETE FROM alerts WHERE user_id = $1', [userUuid]);
    await tx.query(
      `UPDATE alerts SET mentions_user_id = NULL, params = (
         SELECT jsonb_object_agg(key, CASE WHEN key IN ('by', 'memberName') THEN '"Deleted"' ELSE value END)
         FROM jsonb_each(params))
       WHERE mentions_user_id = $1`,
      [userUuid],
    );
  }

  /** How many were open. */
  async close(tx: Tx, accountUuid: string, kind: AlertKind): Promise<number> {
    const rows = await tx.query(
      'UPDATE alerts SET closed_at = app_now() WHERE account_id = $1 AND kind = $2 AND closed_at IS NULL RETURNING id',
      [accountUuid, kind],
    );
    return rows.length;
  }

  /** Which of these keys an alert was told under. */
  async told(dedupeKeys: readonly string[]): Promise<Set<string>> {
    const { rows } = await this.pool.query<{ dedupe_key: string }>(
      'SELECT dedupe_key FROM alerts WHERE dedupe_key = ANY($1)',
      [dedupeKeys],
    );
    return new Set(rows.map((row) => row.dedupe_key));
  }

  /** The grants of which open alerts say that they expire; `after` is the alert last seen. */
  async expiringGrants(query: { after: string | null; limit: number }) {
    const { rows } = await this.pool.query<{ id: string; grant_id: string }>(
      `SELECT id, params->>'grantId' AS grant_id FROM alerts
       WHERE kind = 'grant_expiring' AND closed_at IS NULL AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2`,
      [query.after, query.limit],
    );
    return rows;
  }

  async closeGrants(
    tx: Tx,
    grantIds: readonly string[],
    { butKey }: { butKey?: string } = {},
  ): Promise<void> {
    await tx.query(
      `UPDATE alerts SET closed_at = app_now()
       WHERE kind = 'grant_expiring' AND closed_at IS NULL AND params->>'grantId' = ANY($1)
         AND dedupe_key IS DISTINCT FROM $2`,
      [grantIds, butKey ?? null],
    );
  }

  /** Newest first; `before` is the id of the last one seen. */
  async list(
    reader: Reader,
    query: { isUnreadOnly: boolean; isOpenOnly: boolean; before: string | null; limit: number },
  ): Promise<AlertRow[]> {
    const { rows } = await this.pool.query<AlertRow>(
      `SELECT a.id, a.kind, a.severity, a.params, a.link, a.created_at, a.closed_at,
         (SELECT r.read_at FROM alert_reads r WHERE r.user_id = $2 AND r.alert_id = a.id) AS read_at
       FROM alerts a WHERE ${VISIBLE} AND ($3::uuid IS NULL OR a.id < $3) AND (NOT $4 OR ${UNREAD}) AND (NOT $5 OR (${OPEN}))
       ORDER BY a.id DESC LIMIT $6`,
      [reader.accountUuid, reader.userUuid, query.before, query.isUnreadOnly, query.isOpenOnly, query.limit],
    );
    return rows;
  }

  async count({ accountUuid, userUuid }: Reader): Promise<{ unread: number; open: number }> {
    const { rows } = await this.pool.query<{ unread: number; open: number }>(
      `SELECT count(*) FILTER (WHERE ${UNREAD})::int AS unread,
         count(*) FILTER (WHERE ${OPEN})::int AS open
       FROM alerts a WHERE ${VISIBLE}`,
      [accountUuid, userUuid],
    );
    return rows[0]!;
  }

  /** False: there is none that they may see. Null: all of them. */
  async markRead(tx: Tx, { accountUuid, userUuid }: Reader, alertUuid: string | null): Promise<boolean> {
    const rows = await tx.query(
      `WITH seen AS (SELECT a.id FROM alerts a WHERE ${VISIBLE} AND ($3::uuid IS NULL OR a.id = $3)),
       marked AS (INSERT INTO alert_reads (user_id, alert_id) SELECT $2, id FROM seen ON CONFLICT DO NOTHING)
       SELECT 1 FROM seen LIMIT 1`,
      [accountUuid, userUuid, alertUuid],
    );
    return rows.length === 1;
  }
}
