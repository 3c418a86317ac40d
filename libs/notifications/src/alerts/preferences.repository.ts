import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL, type Tx } from '#database';
import type { AlertKind } from './alert-kinds.js';

export interface PreferenceRow {
  kind: string;
  dashboard: boolean;
  mail: boolean;
}

/** Somebody a mail goes to. */
export interface AddresseeRow {
  user_id: string;
  email: string;
  name: string;
  locale: 'en' | 'ar';
  wants_mail: boolean;
}

const ADDRESSEE = `u.id AS user_id, u.email, u.name, coalesce(u.locale, 'en') AS locale,
  coalesce((SELECT p.mail FROM alert_preferences p WHERE p.user_id = u.id AND p.kind = $2), true) AS wants_mail`;

/** What each person wants to be told, and how they are reached. */
@Injectable()
export class PreferencesRepository {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  async of(userUuid: string): Promise<PreferenceRow[]> {
    const { rows } = await this.pool.query<PreferenceRow>(
      'SELECT kind, dashboard, mail FROM alert_preferences WHERE user_id = $1',
      [userUuid],
    );
    return rows;
  }

  async set(
    tx: Tx,
    userUuid: string,
    wish: { kind: AlertKind; dashboard: boolean; mail: boolean },
  ): Promise<void> {
    await tx.query(
      `INSERT INTO alert_preferences (user_id, kind, dashboard, mail) VALUES ($1, $2, $3, $4)
       ON CONFLICT (user_id, kind) DO UPDATE SET dashboard = excluded.dashboard, mail = excluded.mail`,
      [userUuid, wish.kind, wish.dashboard, wish.mail],
    );
  }

  /** Ends the mails of a kind and leaves the dashboard as it is. */
  async endMails(tx: Tx, userUuid: string, kind: AlertKind): Promise<void> {
    await tx.query(
      `INSERT INTO alert_preferences (user_id, kind, dashboard, mail)
       SELECT id, $2, true, false FROM users WHERE id = $1
       ON CONFLICT (user_id, kind) DO UPDATE SET mail = false`,
      [userUuid, kind],
    );
  }

  async forget(tx: Tx, userUuid: string): Promise<void> {
    await tx.query('DELETE FROM alert_preferences WHERE user_id = $1', [userUuid]);
  }

  async person(tx: Tx, userUuid: string, kind: AlertKind): Promise<AddresseeRow | undefined> {
    const [row] = await tx.query<AddresseeRow>(`SELECT ${ADDRESSEE} FROM users u WHERE u.id = $1`, [
      userUuid,
      kind,
    ]);
    return row;
  }

  /** Members with one of these roles, and the account's name. */
  async members(
    tx: Tx,
    query: { accountUuid: string; kind: AlertKind; roles: readonly string[] },
  ): Promise<(AddresseeRow & { account_name: string })[]> {
    return tx.query<AddresseeRow & { account_name: string }>(
      `SELECT ${ADDRESSEE}, a.name AS account_name FROM members m JOIN users u ON u.id = m.user_id
         JOIN accounts a ON a.id = m.account_id
       WHERE m.account_id = $1 AND m.role = ANY($3) ORDER BY m.created_at, u.id`,
      [query.accountUuid, query.kind, query.roles],
    );
  }
}
