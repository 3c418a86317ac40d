import { accountErrors } from './accounts.errors.js';

/** How much an account may do at once. Null: no limit. */
export interface AccountLimits {
  requestsPerMinute: number | null;
  inFlightLimit: number | null;
  /** Keys that are not revoked. */
  keyLimit: number | null;
}

/** Columns of `accounts` by the names services use; the order is that of their statement's values. */
export const LIMIT_COLUMNS = {
  requestsPerMinute: 'requests_per_minute',
  inFlightLimit: 'in_flight_limit',
  keyLimit: 'key_limit',
} as const satisfies Record<keyof AccountLimits, string>;

/** PostgreSQL's int. */
const MAX_LIMIT = 2 ** 31 - 1;

/** One spelling an address: sign-in and every look-up compare in lower case. Whether it works, only a mail can tell. */
export function checkEmail(text: string): string {
  const email = text.trim().toLowerCase();
  if (email.length > 254 || !/^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+$/u.test(email)) {
    throw accountErrors.invalid('email', `${JSON.stringify(text.slice(0, 254))} is not an e-mail address.`);
  }
  return email;
}

export function checkReason(text: string): string {
  const reason = text.trim();
  if (reason.length === 0 || reason.length > 1000) {
    throw accountErrors.invalid('reason', 'Say why, in up to 1,000 characters: it goes into the audit log.');
  }
  return reason;
}

/** The limits given, with the rest left out. */
export function checkLimits(limits: Partial<AccountLimits>): Partial<AccountLimits> {
  const given: Partial<AccountLimits> = {};
  for (const name of Object.keys(LIMIT_COLUMNS) as (keyof AccountLimits)[]) {
    const limit = limits[name];
    if (limit === undefined) continue;
    if (limit !== null && (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)) {
      throw accountErrors.invalid(LIMIT_COLUMNS[name], 'A limit is a whole number from 1 up, or none.');
    }
    given[name] = limit;
  }
  if (Object.keys(given).length === 0)
    throw accountErrors.invalid('limits', 'Name at least one limit to set.');
  return given;
}
