import { InvalidArgumentError } from 'commander';
import { type Millicredits, MOST_MILLICREDITS, toMilli } from '#common';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?$/;

/** Zero or more credits with at most three decimals, as millicredits. */
export function parseCredits(text: string): Millicredits {
  let millicredits: Millicredits;
  try {
    millicredits = toMilli(text);
  } catch {
    // Said in the option's words instead of the parser's.
    throw new InvalidArgumentError('Credits are a number with at most three decimals, such as 1000 or 78.5.');
  }
  if (millicredits < 0n) throw new InvalidArgumentError('Credits are not negative.');
  if (millicredits > MOST_MILLICREDITS) {
    throw new InvalidArgumentError('That is more than an account may have: 8,000,000,000,000 credits.');
  }
  return millicredits;
}

export function parseWholeNumber(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('It is a whole number from 0 up.');
  return Number(text);
}

/** A whole number, or the word itself: commander takes a null for an option without a value. */
export function parseLimit(text: string): number | 'none' {
  if (text === 'none') return text;
  if (!/^[1-9]\d{0,9}$/.test(text)) {
    throw new InvalidArgumentError('A limit is a whole number from 1 up, or none.');
  }
  return Number(text);
}

/** A day (its beginning, in UTC) or a time; without a zone it is UTC. */
export function parseDate(text: string): Date {
  const day = DAY.test(text) ? text : TIME.exec(text)?.[1];
  const hasZone = /(Z|[+-]\d{2}:\d{2})$/.test(text) && text !== day;
  const date = new Date(text === day ? `${text}T00:00:00Z` : hasZone ? text : `${text}Z`);
  // JavaScript takes the 30th of February for the 2nd of March.
  const exists = day && new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day);
  if (!exists || Number.isNaN(date.getTime())) {
    throw new InvalidArgumentError('A date is 2027-01-31, or a time such as 2027-01-31T12:00:00Z.');
  }
  return date;
}

/** Items between commas. */
export function parseList(text: string): string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.some((item) => item === ''))
    throw new InvalidArgumentError('Name at least one, split by commas.');
  return items;
}

/** `UPSTREAM` or `UPSTREAM=THEIR-ID`; the first `=` divides, for ids of models may hold more. */
export function parseHop(
  text: string,
  before: { upstream: string; theirId?: string }[] = [],
): { upstream: string; theirId?: string }[] {
  const at = text.indexOf('=');
  const upstream = at < 0 ? text : text.slice(0, at);
  const theirId = at < 0 ? undefined : text.slice(at + 1);
  if (upstream === '' || theirId === '') {
    throw new InvalidArgumentError('An upstream of a route is NAME, or NAME=ITS-ID-OF-THE-MODEL.');
  }
  return [...before, theirId === undefined ? { upstream } : { upstream, theirId }];
}
