import { DomainError, formatMilli, type RateLimit } from '#common';

/** What a refused reserve tells: amounts in millicredits, tokens a choice. */
interface Refusal {
  requiredMillicredits: bigint;
  availableMillicredits: bigint;
  heldMillicredits: bigint;
  affordableTokens: number;
}

const credits = (millicredits: bigint) => Number(millicredits) / 1000;

function metadata(refusal: Refusal, remedy: string): Record<string, unknown> {
  return {
    required: credits(refusal.requiredMillicredits),
    available: credits(refusal.availableMillicredits),
    held: credits(refusal.heldMillicredits),
    affordable_max_tokens: refusal.affordableTokens,
    remedy,
  };
}

/** One for all: nobody asks where it came from, and to note that takes longer than the rest of a refusal. */
const OVERLOADED = new DomainError(
  'overloaded',
  'More requests are waiting here than can be served soon, so nothing was sent to the model. Try again in a moment.',
  { retryAfterSeconds: 1 },
);

export const billingErrors = {
  tooManyCredits: () =>
    new DomainError(
      'limit_reached',
      'An account has 8,000,000,000,000 credits at most: beyond that, numbers in JSON would lose a thousandth.',
    ),
  insufficientCredits: (refusal: Refusal) =>
    new DomainError(
      'insufficient_credits',
      `This request may cost ${formatMilli(refusal.requiredMillicredits)} credits and the account has ${formatMilli(refusal.availableMillicredits)}. Add credits, or send a shorter prompt or a smaller max_tokens. Nothing was charged.`,
      { metadata: metadata(refusal, refusal.affordableTokens > 0 ? 'lower_max_tokens' : 'add_credits') },
    ),
  heldByRequestsInFlight: (refusal: Refusal) =>
    new DomainError(
      'held_by_requests_in_flight',
      `The account's other requests in flight hold ${formatMilli(refusal.heldMillicredits)} credits; ${formatMilli(refusal.availableMillicredits)} are available and this one needs ${formatMilli(refusal.requiredMillicredits)}. Try again when they have ended. Nothing was charged.`,
      { metadata: metadata(refusal, 'wait'), retryAfterSeconds: 1 },
    ),
  keyBudgetExhausted: (refusal: Refusal) =>
    new DomainError(
      'key_budget_exhausted',
      "This key's budget does not cover the request. Raise the budget, wait for its reset, or use another key. Nothing was charged.",
      { metadata: metadata(refusal, 'raise_key_budget') },
    ),
  accountInDebt: (refusal: Refusal) =>
    new DomainError(
      'account_in_debt',
      'The account owes credits after a refund or dispute. The next credits added pay the debt; until then requests are refused. Nothing was charged.',
      { metadata: metadata(refusal, 'add_credits') },
    ),
  accountSuspended: () =>
    new DomainError('account_suspended', 'This account is suspended. Contact the operator of this service.'),
  rateLimitExceeded: (limit: RateLimit) =>
    new DomainError(
      'rate_limit_exceeded',
      `The account may send ${limit.requestsPerMinute} requests a minute. Try again in ${limit.resetSeconds} s.`,
      { retryAfterSeconds: limit.resetSeconds, rateLimit: limit },
    ),
  tooManyConcurrentRequests: (inFlightLimit: number) =>
    new DomainError(
      'too_many_concurrent_requests',
      `The account may have ${inFlightLimit} requests in flight. Try again when one has ended.`,
      { retryAfterSeconds: 1 },
    ),
  databaseUnavailable: (internal: string) =>
    new DomainError(
      'database_unavailable',
      'The service cannot check the balance right now, so nothing was sent to the model. Try again in a moment.',
      { retryAfterSeconds: 2, internal },
    ),
  overloaded: () => OVERLOADED,
  requestNotFound: () => new DomainError('not_found', 'There is no such request in this account.'),
  accountNotFound: () => new DomainError('not_found', 'There is no such account.'),
  holdsOpen: () =>
    new DomainError(
      'conflict',
      'Requests of this account are still in flight. Try again when they have ended.',
      { retryAfterSeconds: 5 },
    ),
  existsWithDifferentAmount: (what: string) =>
    new DomainError(
      'exists_with_different_amount',
      `${what} exists already with another amount; nothing was changed.`,
    ),
};
