import { formatMilli, idFromUuid, toCredits } from '#common';
import type { AttemptRecord, UsageSource } from '../ledger-contract.js';
import type { RequestDto } from './request.dto.js';
import type { RequestRow } from './usage.repository.js';
import type { RecordedOutcome } from './usage-filter.js';

/** A row of `usage_records`, as pg reads it. */
export interface RecordedRequest {
  request_id: string;
  reserved_at: Date;
  settled_at: Date;
  key_id: string | null;
  model: string;
  streamed: boolean;
  outcome: RecordedOutcome;
  held: string;
  charge: string;
  shortfall: string;
  multiplier_milli: string;
  prompt_tokens: string;
  completion_tokens: string;
  usage_source: UsageSource;
  attempts: AttemptRecord[];
  flags: string[];
  balance_after: string;
}

export const RECORD_COLUMNS = `request_id, reserved_at, settled_at, key_id, model, streamed, outcome, held, charge, shortfall,
  multiplier_milli, prompt_tokens, completion_tokens, usage_source, attempts, flags, balance_after`;

/** A request as the dashboard shows it: one that is recorded, or is still open and has only its hold. */
export function requestView(row: RecordedRequest | RequestRow): RequestDto {
  return {
    id: idFromUuid('request', row.request_id),
    createdAt: row.reserved_at.toISOString(),
    settledAt: row.settled_at?.toISOString() ?? null,
    keyId: row.key_id === null ? null : idFromUuid('key', row.key_id),
    source: row.key_id === null ? 'playground' : 'key',
    model: row.model,
    streamed: row.streamed ?? false,
    outcome: row.outcome ?? 'open',
    usageSource: row.usage_source ?? 'none',
    multiplier: Number(formatMilli(BigInt(row.multiplier_milli))),
    promptTokens: Number(row.prompt_tokens ?? 0),
    completionTokens: Number(row.completion_tokens ?? 0),
    held: toCredits(BigInt(row.held)),
    credits: toCredits(BigInt(row.charge ?? 0)),
    shortfall: toCredits(BigInt(row.shortfall ?? 0)),
    balanceAfter: row.balance_after === null ? null : toCredits(BigInt(row.balance_after)),
    flags: row.flags ?? [],
    attempts: (row.attempts ?? []).map(({ upstream, status, ms }) => ({ upstream, status, ms })),
  };
}
