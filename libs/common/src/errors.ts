import type { RateLimit } from './rate-limit.js';

/** Every code an error answer may carry. `http` maps each to a status and type; a new one does not compile until it is mapped. */
export const ERROR_CODES = [
  'invalid_json',
  'invalid_value',
  'missing_field',
  'duplicate_field',
  'unsupported_value',
  'conflicting_credentials',
  'context_length_exceeded',
  'invalid_api_key',
  'not_signed_in',
  'insufficient_credits',
  'held_by_requests_in_flight',
  'key_budget_exhausted',
  'account_in_debt',
  'account_suspended',
  'model_not_allowed',
  'scope_missing',
  'right_missing',
  'forged_origin',
  'two_factor_required',
  'sign_up_closed',
  'model_not_found',
  'model_retired',
  'not_found',
  'method_not_allowed',
  'conflict',
  'limit_reached',
  'exists_with_different_amount',
  'request_too_large',
  'request_timeout',
  'rate_limit_exceeded',
  'too_many_concurrent_requests',
  'upstream_rejected',
  'upstream_failed',
  'model_unavailable',
  'upstream_timeout',
  'database_unavailable',
  'overloaded',
  'shutting_down',
  'settlement_pending',
  'internal_error',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** What an error may add beside its code and message. Only `publicMessage`, `param` and `metadata` reach a client. */
export interface ErrorDetail {
  /** The request field at fault, as OpenAI's `param` names it: `messages[0].content`. */
  param?: string;
  /** Facts a program can act on, such as `{required, available}`. */
  metadata?: Record<string, unknown>;
  /** Seconds until a retry makes sense; becomes the Retry-After header. */
  retryAfterSeconds?: number;
  /** The limit of requests a minute that was reached; becomes the rate-limit headers. */
  rateLimit?: RateLimit;
  /** Whether an SDK may try again by itself; becomes x-should-retry when set. */
  shouldRetry?: boolean;
  /** For the log only: what went wrong inside. Never sent. */
  internal?: string;
  /** The HTTP status, only where an upstream's own is passed on. */
  status?: number;
}

/** An error a caller is meant to see: a stable code, a plain sentence that says what to do, and details. */
export class DomainError extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly publicMessage: string,
    readonly detail: ErrorDetail = {},
  ) {
    super(publicMessage);
    this.name = new.target.name;
  }
}
