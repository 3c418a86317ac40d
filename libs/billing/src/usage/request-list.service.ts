import { Injectable } from '@nestjs/common';
import { DomainError } from '#common';
import type { RecordedRequest } from './recorded-request.js';
import { type ListPosition, RequestListRepository, type WalkedRow } from './request-list.repository.js';
import type { UsageFilter } from './usage-filter.js';

const HOUR_MS = 3_600_000;
/** A page that has looked for this long is handed out as it is: its cursor goes on where the looking stopped. */
const LOOKING_MS = 150;
/** Requests looked at in one query. */
const WALK_MOST = 10_000;
const HOURS_AT_ONCE = 64;
const LAST_UUID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const CURSOR =
  /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z)~([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

export interface RequestPage {
  requests: RecordedRequest[];
  /** Null: there are no more. */
  next: string | null;
}

/**
 * An account's requests, newest first, a page at a time: any page in the time of the first. Without a filter the
 * index is the order. With one, the rollups say which hours have what is looked for, so that a year with a handful of
 * matches costs no more than those hours.
 */
@Injectable()
export class RequestListService {
  constructor(private readonly repository: RequestListRepository) {}

  /** @throws DomainError `invalid_value` for a cursor that is none */
  async page(
    filter: UsageFilter,
    { cursor, limit }: { cursor?: string; limit: number },
  ): Promise<RequestPage> {
    const position = cursor ? readCursor(cursor) : endOf(filter.to.getTime());
    if (filter.keyUuid !== null || filter.model !== null || filter.outcome !== null) {
      return this.search(filter, position, limit);
    }
    const rows = await this.repository.next(filter, position, limit + 1);
    const requests = rows.slice(0, limit);
    return { requests, next: rows.length > limit ? cursorOf(after(requests.at(-1)!)) : null };
  }

  private async search(filter: UsageFilter, from: ListPosition, limit: number): Promise<RequestPage> {
    const untilMs = performance.now() + LOOKING_MS;
    const found: WalkedRow[] = [];
    let position = from;
    for (;;) {
      const hours = await this.repository.matchingHours(filter, position, HOURS_AT_ONCE);
      if (hours.length === 0) return { requests: found, next: null };
      for (const hour of hours) {
        const interval = { ...filter, from: hour, to: new Date(hour.getTime() + HOUR_MS) };
        do {
          // One more than asked for says whether there is a next page.
          const wanted = limit + 1 - found.length;
          const rows = await this.repository.walk(interval, { position, limit: wanted, most: WALK_MOST });
          found.push(...rows.filter((row) => row.matches));
          if (found.length > limit) {
            const requests = found.slice(0, limit);
            return { requests, next: cursorOf(after(requests.at(-1)!)) };
          }
          const last = rows.at(-1);
          position = last?.place === WALK_MOST ? after(last) : endOf(hour.getTime());
          if (performance.now() > untilMs) return { requests: found, next: cursorOf(position) };
        } while (position.settledAt >= hour.toISOString());
      }
    }
  }
}

/** The last place before a moment, so that what comes next is older. */
function endOf(ms: number): ListPosition {
  return { settledAt: `${new Date(ms - 1).toISOString().slice(0, -1)}999Z`, requestUuid: LAST_UUID };
}

function after(row: { settled_text: string; request_id: string }): ListPosition {
  return { settledAt: row.settled_text, requestUuid: row.request_id };
}

function cursorOf(position: ListPosition): string {
  return Buffer.from(`${position.settledAt}~${position.requestUuid}`).toString('base64url');
}

function readCursor(cursor: string): ListPosition {
  const match = typeof cursor === 'string' && CURSOR.exec(Buffer.from(cursor, 'base64url').toString());
  if (!match || !isTime(match[1]!)) {
    throw new DomainError('invalid_value', 'The cursor is not one that a page of this list gave.', {
      param: 'cursor',
    });
  }
  return { settledAt: match[1]!, requestUuid: match[2]! };
}

/** Whether a day and a time exist: the thirtieth of February has the form of one. */
function isTime(text: string): boolean {
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString().slice(0, 19) === text.slice(0, 19);
}
