import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL, type Tx } from '#database';
import type { AlertKind } from './alert-kinds.js';

export interface PreferenceRow {
  kind: string;
  dashboard: boolean;
  mail: boolean;
}

/** What each person wants to be told, and by which way. */
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
      `INSERT INTO alert_preferences (user_id, kind, dashboard, mail) VALUES ($1, $2, true, false)
       ON CONFLICT (user_id, kind) DO UPDATE SET mail = false`,
      [userUuid, kind],
    );
  }

  async forget(tx: Tx, userUuid: string): Promise<void> {
    await tx.query('DELETE FROM alert_preferences WHERE user_id = $1', [userUuid]);
  }

  /** Who of these people wants no mail of this kind; who has never said anything wants them. */
  async declinedMails(tx: Tx, userUuids: string[], kind: AlertKind): Promise<Set<string>> {
    const rows = await tx.query<{ user_id: string }>(
      'SELECT user_id FROM alert_preferences WHERE user_id = ANY ($1) AND kind = $2 AND NOT mail',
      [userUuids, kind],
    );
    return new Set(rows.map((row) => row.user_id));
  }
}
