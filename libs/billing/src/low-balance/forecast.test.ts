import { describe, expect, it } from '@jest/globals';
import { runsOutAtMs } from './forecast.js';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 25);
const inDays = (days: number) => new Date(NOW_MS + days * DAY_MS);
const grant = (millicredits: bigint, from = -1, to: number | null = null) => ({
  millicredits,
  effectiveAt: inDays(from),
  expiresAt: to === null ? null : inDays(to),
});
const days = (grants: ReturnType<typeof grant>[], millicreditsPerDay = 100) => {
  const endMs = runsOutAtMs(grants, { millicreditsPerDay, nowMs: NOW_MS });
  return endMs === undefined ? undefined : (endMs - NOW_MS) / DAY_MS;
};

describe('credits last', () => {
  it.each([
    ['for ever when nothing is spent', [grant(1_000n)], 0, undefined],
    ['not at all when there are none', [], 100, 0],
    ['what they are by the rate', [grant(1_000n)], 100, 10],
    ['no longer than the grant that holds them', [grant(1_000n, -1, 4)], 100, 4],
    ['less when they burn after others that expire', [grant(1_000n, -1, 4), grant(300n)], 100, 7],
    ['longer with credits that come in time', [grant(500n), grant(500n, 3)], 100, 10],
    ['no longer with credits that come too late', [grant(500n), grant(500n, 6)], 100, 5],
    ['longer than can be foreseen, past a year', [grant(36_700n)], 100, undefined],
    ['longer than can be foreseen, past the last date there is', [grant(10n ** 17n)], 1, undefined],
  ])('%s', (_, grants, rate, expected) => expect(days(grants, rate)).toEqual(expected));
});
