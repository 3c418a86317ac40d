import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL } from '#database';
import type { EntryKind } from './statement.dto.js';

export interface GrantRow {
  id: string;
  source: string;
  amount: string;
  available: string;
  held: string;
  priority: number;
  paid: boolean;
  effective_at: Date;
  expires_at: Date | null;
  created_at: Date;
  state: 'active' | 'used_up' | 'expired' | 'future';
}

export interface EntryRow {
  id: string;
  created_at: Date;
  kind: EntryKind;
  amount: string;
  balance_after: string;
  reference_kind: 'request' | 'payment' | 'operator' | 'grant';
  reference: string;
  grant_id: string | null;
  model: string | null;
}

export interface HoldRow {
  request_id: string;
  key_id: string | null;
  model: string;
  amount: string;
  reserved_at: Date;
  expires_at: Date;
}

export interface PlanRow {
  id: string;
  name: string;
  price_cents: number | null;
  credits: string;
  period: string;
  requests_per_minute: number | null;
  in_flight_limit: number | null;
  key_limit: number | null;
  is_yours: boolean;
}

const MOST_GRANTS = 500;
const MOST_HOLDS = 200;

/** An account's grants, entries and holds, as their rows say. */
@Injectable()
export class StatementsRepository {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /** Those in force in burn order, then what is to come, then what is over, newest first. */
  async grants(accountUuid: string): Promise<GrantRow[]> {
    const { rows } = await this.pool.query<GrantRow>(
      // What has fallen due counts as if it were applied, as in a balance: the next request or minute applies it.
      `SELECT id, source, amount, CASE state WHEN 'expired' THEN 0 WHEN 'active' THEN CASE WHEN booked THEN available ELSE amount END
           ELSE available END AS available,
         held, priority, paid, effective_at, expires_at, created_at, state
       FROM (SELECT *, CASE WHEN expires_at <= app_now() OR NOT (booked OR live) THEN 'expired' WHEN effective_at > app_now() THEN 'future'
           WHEN booked AND available + held = 0 THEN 'used_up' ELSE 'active' END AS state
         FROM credit_grants WHERE account_id = $1) AS g
       ORDER BY CASE state WHEN 'active' THEN 0 WHEN 'future' THEN 1 ELSE 2 END,
         CASE WHEN state IN ('active', 'future') THEN priority END, CASE WHEN state IN ('active', 'future') THEN expires_at END NULLS LAST,
         CASE WHEN state IN ('active', 'future') THEN paid END, created_at DESC LIMIT ${MOST_GRANTS}`,
      [accountUuid],
    );
    return rows;
  }

  /** Entries older than `beforeId`, newest first. */
  async entries(query: {
    accountUuid: string;
    beforeId: string;
    kind: EntryKind | null;
    limit: number;
  }): Promise<EntryRow[]> {
    // Each its own statement, so that each has the index that fits: entries other than charges are few and far apart.
    const ofKind = query.kind === null ? '' : `AND kind = '${query.kind}'`;
    const { rows } = await this.pool.query<EntryRow>({
      name: `billing-entries-${query.kind ?? 'all'}`,
      // A request is reserved before it is charged, so that later partitions need not be looked at.
      text: `SELECT e.id, e.created_at, e.kind, e.amount, e.balance_after, e.reference_kind, e.reference, e.grant_id, u.model
         FROM (SELECT * FROM ledger_entries WHERE account_id = $1 AND id < $2 ${ofKind} ORDER BY id DESC LIMIT $3) e
         LEFT JOIN LATERAL (SELECT model FROM usage_records u WHERE e.kind = 'charge' AND u.account_id = e.account_id
           AND u.request_id = e.reference::uuid AND u.reserved_at <= e.created_at LIMIT 1) u ON e.kind = 'charge'
         ORDER BY e.id DESC`,
      values: [query.accountUuid, query.beforeId, query.limit],
    });
    return rows;
  }

  async holds(accountUuid: string): Promise<HoldRow[]> {
    const { rows } = await this.pool.query<HoldRow>(
      `SELECT request_id, key_id, model, amount, reserved_at, expires_at FROM holds
       WHERE account_id = $1 AND state = 'open' ORDER BY reserved_at DESC, request_id LIMIT ${MOST_HOLDS}`,
      [accountUuid],
    );
    return rows;
  }

  async plans(accountUuid: string): Promise<PlanRow[]> {
    const { rows } = await this.pool.query<PlanRow>(
      `SELECT p.id, name, price_cents, credits, period, requests_per_minute, in_flight_limit, key_limit,
         a.account_id IS NOT NULL AS is_yours
       FROM plans p LEFT JOIN credit_accounts a ON a.account_id = $1 AND a.plan_id = p.id ORDER BY position`,
      [accountUuid],
    );
    return rows;
  }

  /** What these keys have spent and hold in these periods; a key that spent nothing has no row. */
  async spending(periods: { keyUuid: string; period: string }[]) {
    const { rows } = await this.pool.query<{ key_id: string; period: string; spent: string; held: string }>(
      `SELECT key_id, period, spent, held FROM key_spending JOIN unnest($1::uuid[], $2::text[]) AS wanted(key_id, period)
         USING (key_id, period)`,
      [periods.map((one) => one.keyUuid), periods.map((one) => one.period)],
    );
    return rows;
  }
}
