import { describe, expect, test } from '@jest/globals';
import { DomainError } from '#common';
import { parseRequest } from './endpoints.js';
import type { MeteredRequest } from './metered-request.js';

const parse = (fields: Record<string, unknown>): MeteredRequest =>
  parseRequest('embeddings', Buffer.from(JSON.stringify({ model: 'm', input: 'hello', ...fields })));

function refusalOf(fields: Record<string, unknown>): string {
  try {
    parse(fields);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return `${error.code} ${error.detail.param ?? '-'}`;
  }
  return 'accepted';
}

describe('an embedding request', () => {
  test('writes nothing, however many inputs it has', () => {
    const request = parse({ input: ['a', 'b'], n: 5, max_tokens: 100 });
    expect(request).toMatchObject({
      endpoint: 'embeddings',
      prompts: 2,
      choices: 0,
      maxOutputTokens: undefined,
      stream: false,
    });
    expect([...request.promptTexts()]).toEqual(['a', 'b']);
  });

  test('takes all four forms of input', () => {
    for (const [input, prompts, tokenIdCount] of [
      ['hello', 1, 0],
      [['a', 'b', 'c'], 3, 0],
      [[1, 2, 3], 1, 3],
      [[[1, 2], [3]], 2, 3],
    ] as const) {
      expect(parse({ input })).toMatchObject({ prompts, tokenIdCount });
    }
    expect(refusalOf({ input: Array(2_048).fill('a') })).toBe('accepted');
    expect(refusalOf({ input: Array(2_049).fill('a') })).toBe('invalid_value input');
  });

  test('has no vector for nothing', () => {
    expect(refusalOf({ input: null })).toBe('missing_field input');
    expect(refusalOf({ input: '' })).toBe('invalid_value input');
    expect(refusalOf({ input: [] })).toBe('invalid_value input');
    expect(refusalOf({ input: ['a', ''] })).toBe('invalid_value input[1]');
    expect(refusalOf({ input: [[]] })).toBe('invalid_value input[0]');
  });

  test('says whether it wants base64, which is never the default', () => {
    expect(parse({ encoding_format: 'base64' }).wantsBase64).toBe(true);
    for (const encoding_format of ['float', null, undefined]) {
      expect(parse({ encoding_format }).wantsBase64).toBe(false);
    }
    for (const encoding_format of ['BASE64', '', 'hex', 1, true, ['base64']]) {
      expect(refusalOf({ encoding_format })).toBe('invalid_value encoding_format');
    }
  });

  test('does not stream, and has whole dimensions', () => {
    expect(refusalOf({ stream: true })).toBe('invalid_value stream');
    expect(refusalOf({ stream: false, dimensions: 1 })).toBe('accepted');
    expect(refusalOf({ stream_options: {} })).toBe('invalid_value stream_options');
    for (const dimensions of [0, -1, 1.5, '256', true, [256]]) {
      expect(refusalOf({ dimensions })).toBe('invalid_value dimensions');
    }
  });
});
