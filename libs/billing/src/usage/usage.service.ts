import { Injectable } from '@nestjs/common';
import { DomainError, formatMilli, idFromUuid, idToUuid, parseId, toCredits } from '#common';
import { Clock } from '#database';
import { billingErrors } from '../billing.errors.js';
import { requestView } from './recorded-request.js';
import type { RequestDto } from './request.dto.js';
import { type RequestRow, type UsageGrouping, UsageRepository, type UsageRow } from './usage.repository.js';
import { NO_KEY, readTime } from './usage-filter.js';

const GROUPINGS = new Set<string>(['model', 'key', 'day']);
const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;

/** Whose usage is read: the whole account's, or one key's when `keyUuid` is set. */
export interface UsageReader {
  accountUuid: string;
  keyUuid: string | null;
}

/** What requests used and cost, as a program asks for it. Days and hours are UTC. */
@Injectable()
export class UsageService {
  constructor(
    private readonly repository: UsageRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Sums by model, key or day. `from` and `to` are `YYYY-MM-DD` (`to` included) or ISO times on the hour.
   * @throws DomainError `invalid_value` naming the parameter
   */
  async sums(reader: UsageReader, query: { from?: string; to?: string; groupBy?: string }) {
    const groupBy = query.groupBy ?? 'model';
    if (!GROUPINGS.has(groupBy)) {
      throw new DomainError('invalid_value', 'group_by is one of model, key, day.', { param: 'group_by' });
    }
    const to = query.to ? readTime(query.to, 'to') : { start: this.clock.now(), end: this.clock.now() };
    const from = query.from
      ? readTime(query.from, 'from').start
      : new Date(Math.floor(to.end.getTime() / DAY_MS - DEFAULT_DAYS) * DAY_MS);
    if (from >= to.end) throw new DomainError('invalid_value', 'from must be before to.', { param: 'from' });
    const rows = await this.repository.sums({
      ...reader,
      from,
      to: to.end,
      groupBy: groupBy as UsageGrouping,
    });
    const total = rows.find((row) => row.group === null);
    return {
      from: from.toISOString(),
      to: to.end.toISOString(),
      group_by: groupBy,
      data: rows
        .filter((row) => row.group !== null)
        .map((row) => ({ ...groupField(groupBy, row), ...sums(row) })),
      total: total ? sums(total) : { requests: 0, prompt_tokens: 0, completion_tokens: 0, credits: 0 },
    };
  }

  /** As the dashboard shows it. @throws DomainError as `request` */
  async record(accountUuid: string, id: string): Promise<RequestDto> {
    return requestView(await this.find({ accountUuid, keyUuid: null }, id));
  }

  /** @throws DomainError `not_found` for a request of somebody else as for one that never was */
  async request(reader: UsageReader, id: string) {
    const row = await this.find(reader, id);
    const number = (text: string | null) => (text === null ? null : Number(text));
    const credits = (text: string | null) => (text === null ? null : toCredits(BigInt(text)));
    return {
      id: idFromUuid('request', row.request_id),
      object: 'request' as const,
      created_at: Math.floor(row.reserved_at.getTime() / 1000),
      settled_at: row.settled_at ? Math.floor(row.settled_at.getTime() / 1000) : null,
      key_id: row.key_id ? idFromUuid('key', row.key_id) : null,
      model: row.model,
      outcome: row.outcome ?? 'in_flight',
      held: credits(row.held),
      credits: credits(row.charge),
      multiplier: Number(formatMilli(BigInt(row.multiplier_milli))),
      prompt_tokens: number(row.prompt_tokens),
      completion_tokens: number(row.completion_tokens),
      usage_source: row.usage_source,
      shortfall: credits(row.shortfall),
      attempts: row.attempts ?? [],
      balance_after: credits(row.balance_after),
    };
  }

  private async find(reader: UsageReader, id: string): Promise<RequestRow> {
    const requestId = parseId('request', id);
    const row = requestId && (await this.repository.request({ ...reader, requestUuid: idToUuid(requestId) }));
    if (!row) throw billingErrors.requestNotFound();
    return row;
  }
}

function groupField(groupBy: string, row: UsageRow): Record<string, string | null> {
  if (groupBy !== 'key') return { [groupBy]: row.group };
  return { key_id: row.group === NO_KEY ? null : idFromUuid('key', row.group!) };
}

function sums(row: UsageRow) {
  return {
    requests: Number(row.requests),
    prompt_tokens: Number(row.prompt_tokens),
    completion_tokens: Number(row.completion_tokens),
    credits: toCredits(BigInt(row.charge)),
  };
}
