import { describe, expect, test } from '@jest/globals';
import { DomainError } from '#common';
import { parseChatRequest } from './chat-request.js';
import type { MeteredRequest } from './metered-request.js';

const HELLO = [{ role: 'user', content: 'hello' }];

function parse(fields: Record<string, unknown>): MeteredRequest {
  return parseChatRequest(Buffer.from(JSON.stringify({ model: 'm', messages: HELLO, ...fields })));
}

/** `code param` of the refusal, or what was accepted. */
function refusal(body: string | Buffer): string {
  try {
    parseChatRequest(typeof body === 'string' ? Buffer.from(body) : body);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return `${error.code} ${error.detail.param ?? '-'}`;
  }
  return 'accepted';
}

const refusalOf = (fields: Record<string, unknown>): string =>
  refusal(JSON.stringify({ model: 'm', messages: HELLO, ...fields }));

describe('a chat request', () => {
  test('carries what price and splice need', () => {
    const png = `data:image/png;base64,${'A'.repeat(1000)}`;
    const request = parse({
      n: 2,
      best_of: 3,
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 1e9,
      max_completion_tokens: 500,
      tools: [{ type: 'function', function: { name: 'f' } }],
      messages: [
        ...HELLO,
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: png } },
            { type: 'image_url', image_url: 'https://x/y,z' },
          ],
        },
      ],
    });
    expect(request).toMatchObject({
      model: 'm',
      stream: true,
      includeUsage: true,
      choices: 3,
      maxOutputTokens: 500,
      messageCount: 2,
      imageCount: 2,
      dataUrlPayloadBytes: 1000,
      bodyBytes: request.bytes.length,
    });
    expect([...request.promptTexts()]).toEqual(['hello', '', '{"type":"function","function":{"name":"f"}}']);
  });

  test('is counted by its names, contents, tool calls and schemas', () => {
    const request = parse({
      messages: [
        { role: 'system', content: 'be kind' },
        {
          role: 'user',
          name: 'ann',
          content: [
            { type: 'text', text: 'look ' },
            { type: 'image_url', image_url: 'https://x/y.png' },
            { type: 'text', text: 'here' },
          ],
        },
        { role: 'assistant', content: null, tool_calls: [{ function: { name: 'f', arguments: '{}' } }] },
        { role: 'tool', content: 'done' },
      ],
      tools: [{ a: 1 }],
      functions: [{ b: 2 }],
    });
    const texts = ['be kind', 'ann', 'look here', 'f{}', 'done', '{"a":1}', '{"b":2}'];
    expect([...request.promptTexts()]).toEqual(texts);
  });

  test('takes null for absent', () => {
    const request = parse({
      n: null,
      max_tokens: null,
      stream: null,
      stream_options: null,
      temperature: null,
    });
    expect(request).toMatchObject({
      choices: 1,
      maxOutputTokens: undefined,
      stream: false,
      includeUsage: false,
    });
    expect(refusalOf({ messages: null })).toBe('missing_field messages');
    expect(refusalOf({ model: null })).toBe('missing_field model');
  });

  test('passes what it does not know', () => {
    expect(refusalOf({ options: { num_ctx: 1 }, top_k: 'x', service_tier: 7, thinking: [] })).toBe(
      'accepted',
    );
  });

  test('is refused when it is not JSON we can trust', () => {
    expect(refusal('')).toBe('invalid_json -');
    expect(refusal('{"model":"m"')).toBe('invalid_json -');
    expect(refusal('[]')).toBe('invalid_json -');
    expect(refusal('\ufeff{"model":"m"}')).toBe('invalid_json -');
    const latin1 = Buffer.from(`{"model":"m","messages":${JSON.stringify(HELLO)},"user":"\xfc"}`, 'latin1');
    expect(refusal(latin1)).toBe('invalid_json -');
    expect(refusal('{"model":"m\u0000"}')).toBe('invalid_json -');
  });

  test('is refused when it is too deep, too large or made of keys, before it costs memory', () => {
    expect(refusal('['.repeat(10_000))).toBe('invalid_value -');
    const nested = (depth: number): string =>
      refusalOf({ metadata: JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`) });
    expect(nested(99)).toBe('accepted');
    expect(nested(100)).toBe('invalid_value -');
    expect(refusal(Buffer.alloc(20 * 1024 * 1024 + 1, 0x20))).toBe('request_too_large -');
    expect(refusal(`{${Array.from({ length: 300 }, (_, key) => `"k${key}":0`).join(',')}}`)).toBe(
      'invalid_value -',
    );
  });

  test('is refused when a field the meter reads is there twice', () => {
    const base = `"model":"m","messages":${JSON.stringify(HELLO)}`;
    for (const [field, value] of Object.entries({
      model: '"m"',
      messages: '[]',
      prompt: '"a"',
      input: '"a"',
      max_tokens: '1',
      max_completion_tokens: '1',
      n: '1',
      best_of: '1',
      stream: 'false',
      stream_options: 'null',
    })) {
      expect(refusal(`{${base},"${field}":${value},"${field}":${value}}`)).toBe(`duplicate_field ${field}`);
      expect(refusal(`{${base},"${field.toUpperCase()}":${value}}`)).toBe(`duplicate_field ${field}`);
    }
  });

  test('is refused when a key is a meter field to a server that folds case', () => {
    const base = `"model":"m","messages":${JSON.stringify(HELLO)}`;
    const variants: [string, string][] = [
      ['Model', 'model'],
      ['\\u004dodel', 'model'],
      ['me\u017f\u017fages', 'messages'],
      ['max_to\u212aens', 'max_tokens'],
      ['MAX_TO\\u212aEN\\u017f', 'max_tokens'],
      ['\u017ftream', 'stream'],
      ['N', 'n'],
    ];
    for (const [key, field] of variants) {
      expect(refusal(`{${base},"${key}":null}`)).toBe(`duplicate_field ${field}`);
    }
    expect(refusal(`{"Model":"m","messages":${JSON.stringify(HELLO)}}`)).toBe('duplicate_field model');
    expect(refusal(`{${base},"\\u006dax_tokens":5}`)).toBe('accepted');
    expect(refusal(`{${base},"mode\\u0131":5,"ｍodel":1,"models":2}`)).toBe('accepted');
    const options = (inner: string): string => refusal(`{${base},"stream":true,"stream_options":{${inner}}}`);
    expect(options('"include_usage":true,"include_usage":false')).toBe(
      'duplicate_field stream_options.include_usage',
    );
    expect(options('"Include_U\u017fage":true')).toBe('duplicate_field stream_options.include_usage');
    // A second one far behind others would be the one that counts.
    const others = Array.from({ length: 1_000 }, (_, i) => `"a${i}":0,`).join('');
    expect(options(`${others}"include_usage":false`)).toBe('invalid_value stream_options');
    expect(options('"include_usage":true')).toBe('accepted');
  });

  test('finds an escaped key where it lies', () => {
    const text = '{"\\u006dodel":"m","messages":[{"role":"user","content":"x"}]}';
    const { positions } = parseChatRequest(Buffer.from(text));
    const { valueStart, valueEnd } = positions.fields.model!;
    expect(text.slice(valueStart, valueEnd)).toBe('"m"');
  });

  test('names the very value that is wrong', () => {
    const message = (value: unknown): string => refusalOf({ messages: [...HELLO, value] });
    expect(message('x')).toBe('invalid_value messages[1]');
    expect(message({ content: 'x' })).toBe('missing_field messages[1].role');
    expect(message({ role: 'boss', content: 'x' })).toBe('invalid_value messages[1].role');
    expect(message({ role: 'user' })).toBe('missing_field messages[1].content');
    expect(message({ role: 'user', content: 5 })).toBe('invalid_value messages[1].content');
    expect(message({ role: 'user', content: ['x'] })).toBe('invalid_value messages[1].content[0]');
    expect(message({ role: 'user', content: [{ type: 'text' }] })).toBe(
      'invalid_value messages[1].content[0].text',
    );
    expect(message({ role: 'user', content: [{ type: 'image_url', image_url: {} }] })).toBe(
      'invalid_value messages[1].content[0].image_url.url',
    );
    expect(message({ role: 'user', content: 'x', name: 1 })).toBe('invalid_value messages[1].name');
    expect(message({ role: 'assistant', tool_calls: {} })).toBe('invalid_value messages[1].tool_calls');
    expect(message({ role: 'assistant', tool_calls: [{}] })).toBe('accepted');
    expect(refusalOf({ stop: ['a', 1] })).toBe('invalid_value stop[1]');
    expect(refusalOf({ tools: [{}, 1] })).toBe('invalid_value tools[1]');
    expect(refusalOf({ response_format: {} })).toBe('invalid_value response_format.type');
  });

  test('takes usage in the stream only for a stream, as OpenAI does', () => {
    expect(refusalOf({ stream_options: {} })).toBe('invalid_value stream_options');
    expect(refusalOf({ stream: true, stream_options: { include_usage: 1 } })).toBe(
      'invalid_value stream_options.include_usage',
    );
  });

  test('keeps numbers in their ranges and takes any size of a limit', () => {
    expect(refusalOf({ max_tokens: 1e9 })).toBe('accepted');
    expect(refusalOf({ max_tokens: 0 })).toBe('invalid_value max_tokens');
    expect(refusal(`{"model":"m","messages":${JSON.stringify(HELLO)},"max_tokens":1e400}`)).toBe(
      'invalid_value max_tokens',
    );
    expect(refusalOf({ n: 17 })).toBe('invalid_value n');
    expect(refusalOf({ temperature: 2.1 })).toBe('invalid_value temperature');
    expect(refusalOf({ seed: 1.5 })).toBe('invalid_value seed');
  });

  test('may not name a model by what no catalog and no database can hold', () => {
    for (const model of ['', 'a'.repeat(257), 'a\u0000b', '\ud800', 7, ['m'], {}]) {
      expect(refusalOf({ model })).toBe('invalid_value model');
    }
  });
});
