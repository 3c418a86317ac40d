import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL } from '#database';

export interface ExpiringGrantRow {
  id: string;
  account_id: string;
  source: string;
  left: string;
  expires_at: Date;
  days: number;
}

/** In force and not used up; what is held may come back. One that nobody has booked yet is whole. */
const LEFT = 'CASE WHEN booked THEN available + held ELSE amount END';
const WORTH_TELLING = `live AND (paid OR source = 'welcome') AND ${LEFT} > 0`;

@Injectable()
export class ExpiringGrantsRepository {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /**
   * Grants that end within the longest of `days`, soonest first, from after the grant `after`; each with the shortest
   * of `days` that has begun. One that lives no longer than that is left out: it was known when it was given.
   */
  async list(query: {
    days: readonly number[];
    after: { expiresAt: Date; id: string } | null;
    limit: number;
  }) {
    const { rows } = await this.pool.query<ExpiringGrantRow>(
      `SELECT * FROM (
         SELECT id, account_id, source, ${LEFT} AS left, expires_at,
           (SELECT min(d) FROM unnest($1::int[]) AS d WHERE app_now() >= expires_at - make_interval(hours => 24 * d)
             AND effective_at <= expires_at - make_interval(hours => 24 * d)) AS days
         FROM credit_grants
         WHERE ${WORTH_TELLING} AND expires_at > app_now()
           AND expires_at <= app_now() + make_interval(hours => 24 * (SELECT max(d) FROM unnest($1::int[]) AS d))
           AND ($2::timestamptz IS NULL OR (expires_at, id) > ($2, $3::uuid))
       ) g WHERE days IS NOT NULL ORDER BY expires_at, id LIMIT $4`,
      [query.days, query.after?.expiresAt ?? null, query.after?.id ?? null, query.limit],
    );
    return rows;
  }

  /** Which of these still have something that will expire. */
  async stillThere(grantUuids: readonly string[]): Promise<string[]> {
    const { rows } = await this.pool.query<{ id: string }>(
      `SELECT id FROM credit_grants WHERE id = ANY($1::uuid[]) AND ${WORTH_TELLING} AND expires_at > app_now()`,
      [grantUuids],
    );
    return rows.map(({ id }) => id);
  }
}
