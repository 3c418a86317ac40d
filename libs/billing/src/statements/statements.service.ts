import { Injectable } from '@nestjs/common';
import { DomainError, idFromUuid, toCredits } from '#common';
import { CreditAccountsService } from '../credit-accounts.service.js';
import { ForecastService } from '../low-balance/forecast.service.js';
import type { BalanceDto } from './balance.dto.js';
import {
  ENTRY_KINDS,
  type EntriesDto,
  type EntryDto,
  type GrantDto,
  type GrantsDto,
  type HoldsDto,
  type PlansDto,
} from './statement.dto.js';
import { type EntryRow, type GrantRow, StatementsRepository } from './statements.repository.js';

const LAST_ID = '9223372036854775807';
const MOST_ENTRIES = 200;
const DEFAULT_ENTRIES = 50;

/** An account's credits, line by line, as its holder sees them. */
@Injectable()
export class StatementsService {
  constructor(
    private readonly repository: StatementsRepository,
    private readonly accounts: CreditAccountsService,
    private readonly forecasts: ForecastService,
  ) {}

  /** @throws DomainError `not_found` when the account has no books */
  async balance(accountUuid: string): Promise<BalanceDto> {
    const [balance, forecast] = await Promise.all([
      this.accounts.balance(accountUuid),
      this.forecasts.forecast(accountUuid),
    ]);
    const threshold = balance.lowBalanceThresholdMillicredits;
    return {
      available: toCredits(balance.availableMillicredits),
      held: toCredits(balance.heldMillicredits),
      balance: toCredits(balance.availableMillicredits + balance.heldMillicredits),
      debt: toCredits(balance.debtMillicredits),
      lowBalanceThreshold: threshold === null ? null : toCredits(threshold),
      isLow: balance.isLow,
      plan: { id: balance.planId, name: balance.planName },
      forecast: {
        creditsPerDay: forecast.creditsPerDay,
        runsOutAt: forecast.runsOutAt?.toISOString() ?? null,
      },
      // No pack is on sale yet.
      centsPerCredit: null,
      lastSettledAt: balance.lastSettledAt?.toISOString() ?? null,
      requestsEver: balance.lastSettledAt !== null,
    };
  }

  async grants(accountUuid: string): Promise<GrantsDto> {
    return { data: (await this.repository.grants(accountUuid)).map(grantView) };
  }

  /**
   * The ledger, newest first.
   * @throws DomainError `invalid_value` for a kind, limit or cursor that is none
   */
  async entries(
    accountUuid: string,
    query: { cursor?: string; limit?: string; kind?: string },
  ): Promise<EntriesDto> {
    const limit = readLimit(query.limit, { usual: DEFAULT_ENTRIES, most: MOST_ENTRIES });
    const kind = ENTRY_KINDS.find((one) => one === query.kind) ?? null;
    if (query.kind && !kind) throw invalid('kind', `kind is one of ${ENTRY_KINDS.join(', ')}.`);
    const beforeId = query.cursor || LAST_ID;
    if (!/^\d{1,18}$/.test(beforeId) && beforeId !== LAST_ID) {
      throw invalid('cursor', 'The cursor is not one that a page of this list gave.');
    }
    const rows = await this.repository.entries({ accountUuid, beforeId, kind, limit: limit + 1 });
    const data = rows.slice(0, limit).map(entryView);
    return { data, next: rows.length > limit ? data.at(-1)!.id : null };
  }

  async holds(accountUuid: string): Promise<HoldsDto> {
    const rows = await this.repository.holds(accountUuid);
    return {
      data: rows.map((row) => ({
        requestId: idFromUuid('request', row.request_id),
        keyId: row.key_id === null ? null : idFromUuid('key', row.key_id),
        model: row.model,
        amount: toCredits(BigInt(row.amount)),
        reservedAt: row.reserved_at.toISOString(),
        expiresAt: row.expires_at.toISOString(),
      })),
    };
  }

  async plans(accountUuid: string): Promise<PlansDto> {
    const rows = await this.repository.plans(accountUuid);
    return {
      data: rows.map((row) => ({
        id: row.id,
        name: row.name,
        priceCents: row.price_cents,
        credits: toCredits(BigInt(row.credits)),
        period: row.period,
        requestsPerMinute: row.requests_per_minute,
        inFlightLimit: row.in_flight_limit,
        keyLimit: row.key_limit,
        isYours: row.is_yours,
      })),
    };
  }
}

/** @throws DomainError `invalid_value` */
export function readLimit(
  text: string | undefined,
  { usual, most }: { usual: number; most: number },
): number {
  if (!text) return usual;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > most) throw invalid('limit', `A page has 1 to ${most} lines.`);
  return limit;
}

function invalid(param: string, message: string): DomainError {
  return new DomainError('invalid_value', message, { param });
}

function grantView(row: GrantRow): GrantDto {
  return {
    id: idFromUuid('grant', row.id),
    source: row.source,
    amount: toCredits(BigInt(row.amount)),
    available: toCredits(BigInt(row.available)),
    held: toCredits(BigInt(row.held)),
    priority: row.priority,
    paid: row.paid,
    effectiveAt: row.effective_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    state: row.state,
  };
}

function entryView(row: EntryRow): EntryDto {
  const amount = toCredits(BigInt(row.amount));
  const isIn = row.kind === 'grant' || row.kind === 'restore';
  return {
    id: row.id,
    at: row.created_at.toISOString(),
    kind: row.kind,
    amount: row.kind === 'debt' ? 0 : isIn ? amount : -amount,
    owed: row.kind === 'debt' ? amount : row.kind === 'debt_payment' ? -amount : 0,
    balanceAfter: toCredits(BigInt(row.balance_after)),
    reference: { kind: row.reference_kind, id: referenceId(row) },
    grantId: row.grant_id === null ? null : idFromUuid('grant', row.grant_id),
    model: row.model,
  };
}

function referenceId(row: EntryRow): string {
  const { reference_kind: kind, reference } = row;
  return kind === 'request' || kind === 'grant' ? idFromUuid(kind, reference) : reference;
}
