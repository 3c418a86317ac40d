import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL } from '#database';
import { RECORD_COLUMNS, type RecordedRequest } from './recorded-request.js';
import type { UsageFilter } from './usage-filter.js';

/** A place in an account's requests, newest first: just after the request it names. */
export interface ListPosition {
  /** ISO time with microseconds, as PostgreSQL counts them: two requests may be settled within one of JavaScript's ticks. */
  settledAt: string;
  requestUuid: string;
}

/** A request, or (`matches` false) the last one that was looked at in vain, so that the walk goes on behind it. */
export interface WalkedRow extends RecordedRequest {
  matches: boolean;
  /** Its place in the walk, from 1. */
  place: number;
  /** `settled_at` with microseconds. */
  settled_text: string;
}

const COLUMNS = `${RECORD_COLUMNS}, to_char(settled_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS settled_text`;
/** A request is settled after it was reserved, so that later partitions need not be looked at. */
const FROM_POSITION = `account_id = $1 AND reserved_at < $3 AND settled_at >= $2 AND settled_at < $3
  AND (settled_at, request_id) < ($4, $5)`;

/** Walks an account's usage records newest first by (account, settled_at, id), from any place in the same time. */
@Injectable()
export class RequestListRepository {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /** The next requests, whatever they are. */
  async next(interval: UsageFilter, position: ListPosition, limit: number): Promise<WalkedRow[]> {
    const { rows } = await this.pool.query<WalkedRow>({
      name: 'billing-request-list',
      text: `SELECT ${COLUMNS}, true AS matches, 0 AS place FROM usage_records WHERE ${FROM_POSITION}
         ORDER BY settled_at DESC, request_id DESC LIMIT $6`,
      values: [...placeValues(interval, position), limit],
    });
    return rows;
  }

  /** Hours with requests that match, newest first, from the one the position is in. */
  async matchingHours(filter: UsageFilter, position: ListPosition, limit: number): Promise<Date[]> {
    const { rows } = await this.pool.query<{ hour: Date }>({
      name: 'billing-matching-hours',
      text: 'SELECT hour FROM billing_matching_hours($1, $2, $3, $4, $5, $6, $7, $8) AS hour',
      values: [
        filter.accountUuid,
        filter.from,
        filter.to,
        position.settledAt,
        filter.keyUuid,
        filter.model,
        filter.outcome,
        limit,
      ],
    });
    return rows.map((row) => row.hour);
  }

  /**
   * Those that match among the next `most` requests, and the last of those whether it matches or not. `interval` is
   * where to look, an hour or less.
   */
  async walk(
    filter: UsageFilter,
    { position, limit, most }: { position: ListPosition; limit: number; most: number },
  ): Promise<WalkedRow[]> {
    const { rows } = await this.pool.query<WalkedRow>({
      name: 'billing-request-walk',
      text: `SELECT * FROM (
           SELECT ${COLUMNS}, (row_number() OVER ())::int AS place,
             ($6::uuid IS NULL OR coalesce(key_id, '00000000-0000-0000-0000-000000000000') = $6)
               AND ($7::text IS NULL OR model = $7) AND ($8::text IS NULL OR outcome = $8) AS matches
           FROM (SELECT * FROM usage_records WHERE ${FROM_POSITION}
             ORDER BY settled_at DESC, request_id DESC LIMIT $10) AS looked_at) AS walked
         WHERE matches OR place = $10 ORDER BY settled_at DESC, request_id DESC LIMIT $9`,
      values: [...placeValues(filter, position), filter.keyUuid, filter.model, filter.outcome, limit, most],
    });
    return rows;
  }
}

function placeValues(interval: UsageFilter, position: ListPosition): unknown[] {
  return [interval.accountUuid, interval.from, interval.to, position.settledAt, position.requestUuid];
}
