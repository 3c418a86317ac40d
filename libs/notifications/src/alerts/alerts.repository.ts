import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL, type Tx } from '#database';
import type { AlertKind, AlertParams } from './alert-kinds.js';

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
    },
  ): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO alerts (account_id, user_id, kind, severity, params, link, dedupe_key)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (dedupe_key) DO NOTHING RETURNING id`,
      [
        alert.accountUuid,
        alert.userUuid,
        alert.kind,
        alert.severity,
        JSON.stringify(alert.params),
        alert.link,
        alert.dedupeKey,
      ],
    );
    return rows.length === 1;
  }

  async close(tx: Tx, accountUuid: string, kind: AlertKind): Promise<void> {
    await tx.query(
      'UPDATE alerts SET closed_at = app_now() WHERE account_id = $1 AND kind = $2 AND closed_at IS NULL',
      [accountUuid, kind],
    );
  }

  /** Newest first; `before` is the id of the last one seen. */
  async list(
    reader: Reader,
    query: { isUnreadOnly: boolean; before: string | null; limit: number },
  ): Promise<AlertRow[]> {
    const { rows } = await this.pool.query<AlertRow>(
      `SELECT a.id, a.kind, a.severity, a.params, a.link, a.created_at, a.closed_at,
         (SELECT r.read_at FROM alert_reads r WHERE r.user_id = $2 AND r.alert_id = a.id) AS read_at
       FROM alerts a WHERE ${VISIBLE} AND ($3::uuid IS NULL OR a.id < $3) AND (NOT $4 OR ${UNREAD})
       ORDER BY a.id DESC LIMIT $5`,
      [reader.accountUuid, reader.userUuid, query.before, query.isUnreadOnly, query.limit],
    );
    return rows;
  }

  async count({ accountUuid, userUuid }: Reader): Promise<{ unread: number; open: number }> {
    const { rows } = await this.pool.query<{ unread: number; open: number }>(
      `SELECT count(*) FILTER (WHERE ${UNREAD})::int AS unread,
         count(*) FILTER (WHERE a.kind = 'low_balance' AND a.closed_at IS NULL)::int AS open
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
