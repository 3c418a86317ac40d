import { describe, expect, it } from '@jest/globals';
import { readUsageFilter, usageHref, usageQuery } from './usage-filter.js';

const NOW = Date.parse('2026-03-10T14:25:00Z');
const asked = (params: Record<string, string>) => usageQuery(readUsageFilter(params), NOW);

describe('the filters of Usage', () => {
  it('mean the last thirty days, today included, when the address says nothing', () => {
    expect(asked({})).toEqual({ from: '2026-02-09' });
  });

  it('count hours in the shortest range', () => {
    expect(asked({ range: '24h' })).toEqual({ from: '2026-03-09T15:00:00.000Z' });
  });

  it('include the last day a person names, which the API would not', () => {
    expect(asked({ from: '2026-02-03', to: '2026-02-03' })).toEqual({ from: '2026-02-03', to: '2026-02-04' });
    expect(asked({ to: '2026-02-28' })).toEqual({ from: '2026-01-30', to: '2026-03-01' });
  });

  it('ignore what is no day, no range and no outcome', () => {
    expect(asked({ from: '2026-02-31', to: 'x', range: 'toString', outcome: 'free' })).toEqual({
      from: '2026-02-09',
    });
  });

  it('come back from the address they make', () => {
    const filter = readUsageFilter({ from: '2026-02-03', model: 'a/b:c&d', key: 'playground', by: 'key' });
    const address = new URL(usageHref(filter), 'http://localhost');
    expect(readUsageFilter(Object.fromEntries(address.searchParams))).toEqual(filter);
  });

  it('start the list afresh when one of them changes', () => {
    const filter = readUsageFilter({ cursor: 'abc', model: 'a' });
    expect(usageHref(filter, { model: '' })).toBe('/usage');
    expect(usageHref(filter, { cursor: 'def' })).toBe('/usage?model=a&cursor=def');
  });
});
