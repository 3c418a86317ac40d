import { describe, expect, test } from '@jest/globals';
import { DomainError } from '#common';
import { parseRequest } from './endpoints.js';
import type { MeteredRequest } from './metered-request.js';

const parse = (fields: Record<string, unknown>): MeteredRequest =>
  parseRequest('completions', Buffer.from(JSON.stringify({ model: 'm', prompt: 'hello', ...fields })));

function refusalOf(fields: Record<string, unknown>): string {
  try {
    parse(fields);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return `${error.code} ${error.detail.param ?? '-'}`;
  }
  return 'accepted';
}

describe('a completion request', () => {
  test('is held for the larger of n and best_of, for each of its prompts', () => {
    const request = parse({ prompt: ['a', 'b', 'c'], n: 2, best_of: 5, max_tokens: 40 });
    expect(request).toMatchObject({
      endpoint: 'completions',
      prompts: 3,
      choices: 15,
      maxOutputTokens: 40,
      messageCount: 0,
      imageCount: 0,
    });
    expect(parse({ n: 4 }).choices).toBe(4);
    expect(parse({ n: null, best_of: null }).choices).toBe(1);
  });

  test('counts a text by its characters and tokens by their number', () => {
    const forms: [unknown, number, string[], number][] = [
      ['hello', 1, ['hello'], 0],
      ['', 1, [''], 0],
      [['hello', ''], 2, ['hello', ''], 0],
      [[1, 2, 3], 1, [], 3],
      [[[1, 2], [3]], 2, [], 3],
    ];
    for (const [prompt, prompts, texts, tokenIdCount] of forms) {
      const request = parse({ prompt });
      expect(request).toMatchObject({ prompts, tokenIdCount });
      expect([...request.promptTexts()]).toEqual(texts);
    }
    expect([...parse({ suffix: 'the end' }).promptTexts()]).toEqual(['hello', 'the end']);
  });

  test('that echoes its prompt says how often the prompt comes back', () => {
    expect(parse({ echo: true, n: 3, best_of: 7 }).echoes).toBe(3);
    expect(parse({ echo: false, n: 3 }).echoes).toBe(0);
  });

  test('may ask for no output at all, to have its prompt scored', () => {
    expect(parse({ max_tokens: 0, echo: true, logprobs: 1 }).maxOutputTokens).toBe(0);
    expect(refusalOf({ max_tokens: -1 })).toBe('invalid_value max_tokens');
  });

  test('has at most 2,048 prompts, and a prompt of any number of tokens', () => {
    expect(refusalOf({ prompt: Array(2_048).fill('a') })).toBe('accepted');
    expect(refusalOf({ prompt: Array(2_049).fill('a') })).toBe('invalid_value prompt');
    expect(refusalOf({ prompt: Array(2_049).fill([1]) })).toBe('invalid_value prompt');
    expect(refusalOf({ prompt: Array(5_000).fill(7) })).toBe('accepted');
  });

  test('names the very entry of its prompt that is wrong', () => {
    const refusals: [unknown, string][] = [
      [undefined, 'missing_field prompt'],
      [null, 'missing_field prompt'],
      [7, 'invalid_value prompt'],
      [{}, 'invalid_value prompt'],
      [[], 'invalid_value prompt'],
      [['a', 1], 'invalid_value prompt[1]'],
      [[1, 'a'], 'invalid_value prompt[1]'],
      [[1, -1], 'invalid_value prompt[1]'],
      [[1, 1.5], 'invalid_value prompt[1]'],
      [[{}], 'invalid_value prompt[0]'],
      [[null], 'invalid_value prompt[0]'],
      [[[]], 'invalid_value prompt[0]'],
      [[[1], 'a'], 'invalid_value prompt[1]'],
      [[[1], [2, 'a']], 'invalid_value prompt[1][1]'],
      [[[1], [[2]]], 'invalid_value prompt[1][0]'],
    ];
    for (const [prompt, refusal] of refusals)
      expect([prompt, refusalOf({ prompt })]).toEqual([prompt, refusal]);
  });

  test('passes what it does not know, and checks what OpenAI documents', () => {
    expect(refusalOf({ top_k: 'x', messages: 7, logit_bias: null })).toBe('accepted');
    expect(refusalOf({ n: 3, best_of: 2 })).toBe('invalid_value best_of');
    expect(refusalOf({ logprobs: 5, echo: true, suffix: '', stop: ['a'] })).toBe('accepted');
    expect(refusalOf({ logprobs: true })).toBe('invalid_value logprobs');
    expect(refusalOf({ logprobs: 6 })).toBe('invalid_value logprobs');
    expect(refusalOf({ echo: 1 })).toBe('invalid_value echo');
    expect(refusalOf({ suffix: 1 })).toBe('invalid_value suffix');
    expect(refusalOf({ stream_options: { include_usage: true } })).toBe('invalid_value stream_options');
    expect(parse({ stream: true, stream_options: { include_usage: true } })).toMatchObject({
      stream: true,
      includeUsage: true,
    });
  });
});
