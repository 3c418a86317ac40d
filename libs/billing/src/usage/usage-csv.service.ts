import { Injectable } from '@nestjs/common';
import { formatMilli, idFromUuid } from '#common';
import type { RecordedRequest } from './recorded-request.js';
import { RequestListService } from './request-list.service.js';
import type { UsageFilter } from './usage-filter.js';

const ROWS_AT_ONCE = 1_000;

/** Columns in order. Credits are exact decimals, times ISO-8601 in UTC. */
const COLUMNS: Record<string, (row: RecordedRequest) => string> = {
  request_id: (row) => idFromUuid('request', row.request_id),
  created_at: (row) => row.reserved_at.toISOString(),
  settled_at: (row) => row.settled_at.toISOString(),
  key_id: (row) => (row.key_id === null ? '' : idFromUuid('key', row.key_id)),
  source: (row) => (row.key_id === null ? 'playground' : 'key'),
  model: (row) => row.model,
  streamed: (row) => String(row.streamed),
  outcome: (row) => row.outcome,
  usage_source: (row) => row.usage_source,
  prompt_tokens: (row) => row.prompt_tokens,
  completion_tokens: (row) => row.completion_tokens,
  multiplier: (row) => formatMilli(BigInt(row.multiplier_milli)),
  credits: (row) => formatMilli(BigInt(row.charge)),
  held: (row) => formatMilli(BigInt(row.held)),
  shortfall: (row) => formatMilli(BigInt(row.shortfall)),
  balance_after: (row) => formatMilli(BigInt(row.balance_after)),
  flags: (row) => row.flags.join(' '),
};
const READERS = Object.values(COLUMNS);

/** Usage records as CSV (RFC 4180), of any number. */
@Injectable()
export class UsageCsvService {
  constructor(private readonly list: RequestListService) {}

  /**
   * The text in pieces, newest request first. Each piece is a query of its own, asked for when the one before it is
   * taken: no connection waits for a slow reader, and a reader who leaves ends it.
   */
  async *pieces(filter: UsageFilter): AsyncGenerator<string> {
    let head = csvLine(Object.keys(COLUMNS));
    let cursor: string | undefined;
    do {
      const page = await this.list.page(filter, { cursor, limit: ROWS_AT_ONCE });
      yield head + page.requests.map((row) => csvLine(READERS.map((read) => read(row)))).join('');
      head = '';
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }
}

/**
 * One line. A field that a spreadsheet would take for a formula is led by an apostrophe, which makes it text
 * (OWASP, "CSV injection").
 */
export function csvLine(fields: string[]): string {
  return `${fields.map(csvField).join(',')}\r\n`;
}

function csvField(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
