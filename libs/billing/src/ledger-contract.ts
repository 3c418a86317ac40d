import type { Millicredits, RequestId } from '#common';

/** What a reserve is decided on. Tokens are a choice's where not said otherwise; amounts are millicredits. */
export interface ReserveInput {
  requestId: RequestId;
  accountUuid: string;
  /** Null: a request of the playground, which has no key. */
  keyUuid: string | null;
  model: string;
  multiplierMilli: number;
  /** When the price read by the caller stops being right: the next multiplier, or retirement. */
  priceValidUntilMs: number | null;
  /** Estimate of the whole request's prompt. */
  promptTokens: number;
  wantedTokens: number;
  /** The least output a choice may be lowered to. */
  leastTokens: number;
  /** Set when the caller set no limit: a quarter of the balance at most, but never under this. */
  quarterFloorTokens: number | null;
  /** Answers asked for: max(n, best_of) x prompts; 0 where nothing is generated. */
  choices: number;
  suspended: boolean;
  requestsPerMinute: number | null;
  inFlightLimit: number | null;
  budgetMillicredits: Millicredits | null;
  budgetReset: 'daily' | 'monthly' | null;
}

/** Credits set aside for one request. */
export interface Reservation {
  /** Output tokens a choice that the hold covers. */
  outputTokens: number;
  heldMillicredits: Millicredits;
  availableMillicredits: Millicredits;
  /** Requests admitted in this UTC minute, this one included. */
  requestsInWindow: number;
  reservedAtMs: number;
}

export type UsageSource = 'reported' | 'counted' | 'none';

/** How a request ended, as its usage record names it. */
export type Outcome =
  | 'completed'
  | 'client_left'
  | 'upstream_broke'
  | 'timed_out'
  | 'no_answer'
  | 'upstream_error';

/** One try of one request at one upstream: `status` is HTTP's, or 0 when none came. */
export interface AttemptRecord {
  upstream: string;
  status: number;
  ms: number;
  /** Why it was given up, where it was. */
  failure?: string;
}

/** What a request used, to end its hold with. */
export interface SettleInput {
  requestId: RequestId;
  accountUuid: string;
  /** `settle` charges the tokens given (zero is a value); `release` charges nothing; `expire` is the sweeper's. */
  end: 'settle' | 'release' | 'expire';
  promptTokens: number;
  completionTokens: number;
  usageSource: UsageSource;
  outcome: Outcome;
  flags: string[];
  streamed: boolean;
  attempts: AttemptRecord[];
}

/** What ending a hold came to. */
export interface Settlement {
  /** settled, released, expired; `exists_…` where something else had ended it before. */
  state: string;
  chargeMillicredits: Millicredits;
  shortfallMillicredits: Millicredits;
  heldMillicredits: Millicredits;
  availableMillicredits: Millicredits;
  balanceMillicredits: Millicredits;
}
