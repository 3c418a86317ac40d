import { first, type SearchParams } from './model-filter';

const DAY_MS = 24 * 60 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;

/** Days each preset goes back, today included; the first counts hours. */
export const RANGES = { '24h': 1, '7d': 7, '30d': 30, '90d': 90, '12m': 365 } as const;
export type Range = keyof typeof RANGES;

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
export type Outcome = (typeof OUTCOMES)[number];

export const BREAKDOWNS = ['model', 'key', 'outcome'] as const;
export type Breakdown = (typeof BREAKDOWNS)[number];

/** What the address of Usage says. Days of one's own win over a preset, and both are of the range. */
export interface UsageFilter {
  range: Range | 'own';
  from: string;
  to: string;
  model: string;
  key: string;
  outcome: Outcome | '';
  by: Breakdown;
  cursor: string;
}

export function readUsageFilter(params: SearchParams): UsageFilter {
  const from = day(first(params.from));
  const to = day(first(params.to));
  const range = first(params.range);
  return {
    range: from || to ? 'own' : isRange(range) ? range : '30d',
    from,
    to,
    model: first(params.model),
    key: first(params.key),
    outcome: OUTCOMES.find((outcome) => outcome === first(params.outcome)) ?? '',
    by: BREAKDOWNS.find((by) => by === first(params.by)) ?? 'model',
    cursor: first(params.cursor),
  };
}

/** The same view with some of it changed, as an address. A changed filter starts the list at its newest again. */
export function usageHref(filter: UsageFilter, change: Partial<UsageFilter> = {}): string {
  const next = { ...filter, cursor: '', ...change };
  const query = new URLSearchParams();
  if (next.range !== 'own' && next.range !== '30d') query.set('range', next.range);
  if (next.range === 'own' && next.from) query.set('from', next.from);
  if (next.range === 'own' && next.to) query.set('to', next.to);
  for (const name of ['model', 'key', 'outcome', 'cursor'] as const)
    if (next[name]) query.set(name, next[name]);
  if (next.by !== 'model') query.set('by', next.by);
  return query.size > 0 ? `/usage?${query}` : '/usage';
}

/** What the API is asked for: its end is exclusive, the page's last day is not. */
export function usageQuery(filter: UsageFilter, now: number) {
  return {
    ...times(filter, now),
    ...(filter.model && { model: filter.model }),
    ...(filter.key && { key: filter.key }),
    ...(filter.outcome && { outcome: filter.outcome }),
  };
}

function times({ range, from, to }: UsageFilter, now: number): { from?: string; to?: string } {
  if (range === '24h') return { from: iso(Math.floor(now / HOUR_MS) * HOUR_MS - 23 * HOUR_MS) };
  if (range !== 'own') return { from: dayOf(now - (RANGES[range] - 1) * DAY_MS) };
  // Only an end: the thirty days up to it. Only a beginning: from there until now.
  const last = to ? Date.parse(`${to}T00:00:00Z`) : null;
  return {
    from: from || (last === null ? undefined : dayOf(last - 29 * DAY_MS)),
    ...(last !== null && { to: dayOf(last + DAY_MS) }),
  };
}

function day(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return '';
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) || dayOf(time) !== text ? '' : text;
}

function isRange(text: string): text is Range {
  return Object.hasOwn(RANGES, text);
}

function dayOf(time: number): string {
  return iso(time).slice(0, 10);
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
