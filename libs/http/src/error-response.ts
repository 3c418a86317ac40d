import type { ServerResponse } from 'node:http';
import { DomainError, type ErrorCode } from '#common';
import { rateLimitHeaders } from './answer-headers.js';

interface Mapping {
  status: number;
  /** OpenAI's `error.type`. */
  type: string;
  /** What x-should-retry says when the error itself does not. */
  shouldRetry?: boolean;
}

const invalid = { status: 400, type: 'invalid_request_error' };
const denied = { status: 403, type: 'permission_error' };
const missing = { status: 404, type: 'not_found_error', shouldRetry: false };
const payment = { status: 402, type: 'insufficient_credits', shouldRetry: false };
const upstream = { status: 502, type: 'upstream_error' };

/** The one place where a code becomes a status. Exhaustive: a new code does not compile until it is here. */
export const ERROR_RESPONSES: Record<ErrorCode, Mapping> = {
  invalid_json: invalid,
  invalid_value: invalid,
  missing_field: invalid,
  duplicate_field: invalid,
  unsupported_value: invalid,
  conflicting_credentials: invalid,
  context_length_exceeded: invalid,
  upstream_rejected: invalid,
  invalid_api_key: { status: 401, type: 'authentication_error' },
  not_signed_in: { status: 401, type: 'authentication_error' },
  insufficient_credits: payment,
  held_by_requests_in_flight: { status: 402, type: 'insufficient_credits' },
  key_budget_exhausted: payment,
  account_in_debt: payment,
  account_suspended: denied,
  model_not_allowed: denied,
  scope_missing: denied,
  right_missing: denied,
  forged_origin: denied,
  two_factor_required: denied,
  sign_up_closed: denied,
  model_not_found: missing,
  model_retired: missing,
  not_found: missing,
  method_not_allowed: { status: 405, type: 'invalid_request_error' },
  conflict: { status: 409, type: 'invalid_request_error' },
  limit_reached: { status: 409, type: 'invalid_request_error' },
  exists_with_different_amount: { status: 409, type: 'invalid_request_error' },
  request_too_large: { status: 413, type: 'invalid_request_error' },
  request_timeout: { status: 408, type: 'invalid_request_error' },
  rate_limit_exceeded: { status: 429, type: 'rate_limit_error' },
  too_many_concurrent_requests: { status: 429, type: 'rate_limit_error' },
  upstream_failed: upstream,
  model_unavailable: { status: 503, type: 'upstream_error' },
  upstream_timeout: { status: 504, type: 'upstream_error' },
  database_unavailable: { status: 503, type: 'api_error' },
  overloaded: { status: 503, type: 'api_error' },
  shutting_down: { status: 503, type: 'api_error' },
  settlement_pending: { status: 503, type: 'upstream_error', shouldRetry: false },
  internal_error: { status: 500, type: 'api_error' },
};

/** What a client sees of an error: OpenAI's shape, so that every SDK can read it. */
export interface ErrorBody {
  error: {
    message: string;
    type: string;
    param: string | null;
    code: string;
    metadata?: Record<string, unknown>;
  };
}

/** Any thrown value as a DomainError; what nobody foresaw becomes `internal_error` and tells nothing. */
export function asDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  return new DomainError(
    'internal_error',
    'Something failed on our side. Nothing was charged unless the request shows a charge; quote the request id when you report it.',
    { internal: error instanceof Error ? (error.stack ?? error.message) : String(error) },
  );
}

export function errorBody(error: DomainError): ErrorBody {
  return {
    error: {
      message: error.publicMessage,
      type: ERROR_RESPONSES[error.code].type,
      param: error.detail.param ?? null,
      code: error.code,
      ...(error.detail.metadata ? { metadata: error.detail.metadata } : {}),
    },
  };
}

export function errorStatus(error: DomainError): number {
  return error.detail.status ?? ERROR_RESPONSES[error.code].status;
}

/** Retry-After, x-should-retry and the limit that was reached, as api.md gives them. */
export function errorHeaders(error: DomainError): Record<string, string> {
  const headers: Record<string, string> = {};
  const status = errorStatus(error);
  const shouldRetry = error.detail.shouldRetry ?? ERROR_RESPONSES[error.code].shouldRetry;
  if (shouldRetry !== undefined) headers['x-should-retry'] = String(shouldRetry);
  const retryAfter = error.detail.retryAfterSeconds ?? (status === 503 || status === 429 ? 1 : undefined);
  if (retryAfter !== undefined && error.code !== 'settlement_pending') {
    headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfter)));
  }
  const limit = error.detail.rateLimit ? rateLimitHeaders(error.detail.rateLimit) : [];
  for (let i = 0; i < limit.length; i += 2) headers[limit[i]!] = limit[i + 1]!;
  return headers;
}

/** Writes an error as the whole answer; does nothing when an answer has already begun. */
export function sendError(response: ServerResponse, error: DomainError): void {
  if (response.headersSent) return;
  const body = JSON.stringify(errorBody(error));
  response.writeHead(errorStatus(error), {
    ...errorHeaders(error),
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  // As text it leaves in one write with its head.
  response.end(body);
}
