import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readUsage } from './usage.js';

const BOUNDS = { maxPromptTokens: 2000, maxCompletionTokens: 500 };

describe('an upstream’s usage', () => {
  test('is taken as it is when it is sane', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.nat(500), (prompt_tokens, completion_tokens) => {
        const total_tokens = prompt_tokens + completion_tokens;
        expect(readUsage({ prompt_tokens, completion_tokens, total_tokens }, BOUNDS)).toEqual({
          kind: 'reported',
          promptTokens: prompt_tokens,
          completionTokens: completion_tokens,
          totalDiffers: false,
        });
      }),
    );
  });

  test('of zero is a value, not a gap', () => {
    expect(readUsage({ prompt_tokens: 0, completion_tokens: 0 }, BOUNDS)).toMatchObject({
      kind: 'reported',
      promptTokens: 0,
      completionTokens: 0,
    });
  });

  test('with a total that differs is taken and flagged', () => {
    for (const total_tokens of [12, '11', -1]) {
      expect(readUsage({ prompt_tokens: 5, completion_tokens: 6, total_tokens }, BOUNDS)).toMatchObject({
        kind: 'reported',
        totalDiffers: true,
      });
    }
    expect(readUsage({ prompt_tokens: 5, completion_tokens: 6, total_tokens: null }, BOUNDS)).toMatchObject({
      totalDiffers: false,
    });
  });

  test('is absent when nothing was said', () => {
    for (const raw of [undefined, null, {}, { prompt_tokens: null, total_tokens: 5 }]) {
      expect(readUsage(raw, BOUNDS)).toEqual({ kind: 'absent' });
    }
  });

  test('is never charged when it is negative, absurd or not a number', () => {
    const bad = [-1, 1.5, 1e15, '5', true, {}, [], Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53];
    for (const value of bad) {
      expect(readUsage({ prompt_tokens: value, completion_tokens: 1 }, BOUNDS).kind).toBe('insane');
      expect(readUsage({ prompt_tokens: 1, completion_tokens: value }, BOUNDS).kind).toBe('insane');
    }
    for (const raw of ['7', 7, true, [5, 6]]) expect(readUsage(raw, BOUNDS).kind).toBe('insane');
    expect(readUsage({ prompt_tokens: 2001, completion_tokens: 1 }, BOUNDS).kind).toBe('insane');
    expect(readUsage({ prompt_tokens: 1, completion_tokens: 501 }, BOUNDS).kind).toBe('insane');
    expect(readUsage({ completion_tokens: 5 }, BOUNDS).kind).toBe('insane');
  });

  test('may leave out completion tokens only where none can be written', () => {
    expect(readUsage({ prompt_tokens: 5 }, BOUNDS).kind).toBe('insane');
    expect(readUsage({ prompt_tokens: 5 }, { ...BOUNDS, maxCompletionTokens: 0 })).toMatchObject({
      kind: 'reported',
      promptTokens: 5,
      completionTokens: 0,
    });
  });
});
