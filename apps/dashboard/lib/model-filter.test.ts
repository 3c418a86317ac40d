import { describe, expect, it } from '@jest/globals';
import type { Model } from './api/public.js';
import { filterChoices, filterModels, readModelFilter } from './model-filter.js';

function model(part: Partial<Model>): Model {
  return {
    id: 'a:1b',
    name: 'A',
    family: 'A',
    vendor: 'Somebody',
    category: 'chat',
    capabilities: [],
    parameters: '1B',
    contextWindow: 4096,
    maxOutputTokens: null,
    tier: 'standard-mid',
    multiplier: 1.5,
    shutdownDate: null,
    description: '',
    bestFor: '',
    license: 'MIT',
    ...part,
  };
}

const models = [
  model({ id: 'dear:9b', name: 'Dear', multiplier: 3.5, tier: 'frontier-large', capabilities: ['tools'] }),
  model({ id: 'b:1b', name: 'B', vendor: 'Qwen Team', capabilities: ['tools', 'json'] }),
  model({ id: 'a:1b', name: 'A', category: 'code' }),
];

const ids = (address: Record<string, string | string[]>) =>
  filterModels(models, readModelFilter(address)).map(({ id }) => id);

describe('the filters of the catalog', () => {
  it('show everything, cheapest first, when the address asks for nothing', () => {
    expect(ids({})).toEqual(['a:1b', 'b:1b', 'dear:9b']);
    expect(ids({ q: '  ', tier: '' })).toEqual(['a:1b', 'b:1b', 'dear:9b']);
  });

  it('find every word anywhere, in any case', () => {
    expect(ids({ q: 'QWEN b:1b' })).toEqual(['b:1b']);
    expect(ids({ q: 'qwen dear' })).toEqual([]);
  });

  it('apply together', () => {
    expect(ids({ capability: 'tools' })).toEqual(['b:1b', 'dear:9b']);
    expect(ids({ capability: 'tools', tier: 'frontier-large' })).toEqual(['dear:9b']);
    expect(ids({ category: 'code' })).toEqual(['a:1b']);
  });

  it('take the first value of a repeated parameter', () => {
    expect(ids({ category: ['code', 'chat'] })).toEqual(['a:1b']);
  });

  it('offer only values that some model has', () => {
    expect(filterChoices(models)).toEqual({
      category: ['chat', 'code'],
      capability: ['tools', 'json'],
      tier: ['standard-mid', 'frontier-large'],
    });
  });
});
