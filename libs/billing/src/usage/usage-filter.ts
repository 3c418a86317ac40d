import { DomainError, idToUuid, parseId } from '#common';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DEFAULT_DAYS = 30;
const MOST_DAYS = 366;
const MODEL_LENGTH = 200;
/** The year 10000: PostgreSQL reads no year of more digits as JavaScript writes it. */
const MAX_TIME_MS = 253_402_300_800_000;

/** Under which requests without a key, those of the playground, are counted. */
export const NO_KEY = '00000000-0000-0000-0000-000000000000';

/** Every outcome that a usage record may have. */
export const OUTCOMES = [
  'completed',
  'client_left',
  'upstream_broke',
  'timed_out',
  'no_answer',
  'upstream_error',
  'expired',
  'settled_late',
] as const;
export type RecordedOutcome = (typeof OUTCOMES)[number];

/** Which requests are meant: those settled in [from, to), on whole hours, and where given of one model, key, outcome. */
export interface UsageFilter {
  accountUuid: string;
  from: Date;
  to: Date;
  model: string | null;
  /** `NO_KEY`: the playground's. */
  keyUuid: string | null;
  outcome: RecordedOutcome | null;
}

/** A filter as it stands in an address. */
export interface UsageQuery {
  from?: string;
  to?: string;
  model?: string;
  key?: string;
  outcome?: string;
}

/**
 * Reads a filter. `to` is exclusive; without it, the hour that is running is the last. Without `from`: 30 days, the
 * last one included.
 * @throws DomainError `invalid_value` naming the parameter
 */
export function readUsageFilter(accountUuid: string, query: UsageQuery, now: Date): UsageFilter {
  const to = query.to
    ? readTime(query.to, 'to').start
    : new Date((Math.floor(now.getTime() / HOUR_MS) + 1) * HOUR_MS);
  const from = query.from
    ? readTime(query.from, 'from').start
    : new Date((Math.ceil(to.getTime() / DAY_MS) - DEFAULT_DAYS) * DAY_MS);
  if (from >= to) throw invalid('from', 'from must be before to.');
  if (to.getTime() - from.getTime() > MOST_DAYS * DAY_MS) {
    throw invalid('from', `At most ${MOST_DAYS} days at a time.`);
  }
  return {
    accountUuid,
    from,
    to,
    model: readModel(query.model),
    keyUuid: readKey(query.key),
    outcome: readOutcome(query.outcome),
  };
}

function readModel(text: string | undefined): string | null {
  if (!text) return null;
  if (typeof text !== 'string' || text.length > MODEL_LENGTH || text.includes('\0')) {
    throw invalid('model', 'model is the id of one model.');
  }
  return text;
}

function readKey(text: string | undefined): string | null {
  if (!text) return null;
  if (text === 'playground') return NO_KEY;
  const id = typeof text === 'string' ? parseId('key', text) : undefined;
  if (!id) throw invalid('key', 'key is the id of a key, or "playground".');
  return idToUuid(id);
}

function readOutcome(text: string | undefined): RecordedOutcome | null {
  if (!text) return null;
  const known = OUTCOMES.find((outcome) => outcome === text);
  if (!known) throw invalid('outcome', `outcome is one of ${OUTCOMES.join(', ')}.`);
  return known;
}

/** A day as the interval it is; a time on the hour as itself. Rollups cannot be cut finer than an hour. */
export function readTime(text: string, param: string): { start: Date; end: Date } {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const start = new Date(day ? `${text}T00:00:00Z` : text);
  const known = typeof text === 'string' && start.getTime() >= 0 && start.getTime() < MAX_TIME_MS;
  const valid = known && (!day || start.toISOString().startsWith(text));
  if (!valid || (!day && start.getTime() % HOUR_MS !== 0)) {
    throw invalid(param, `${param} is a UTC day such as 2026-11-22, or an ISO time on the hour.`);
  }
  return { start, end: day ? new Date(start.getTime() + DAY_MS) : start };
}

function invalid(param: string, message: string): DomainError {
  return new DomainError('invalid_value', message, { param });
}
