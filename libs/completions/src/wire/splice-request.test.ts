import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseChatRequest } from './chat-request.js';
import { type LimitNames, type RequestSplice, spliceRequest } from './splice-request.js';
import { type Member, member, objectText, unknownMember, withValue } from './testing/json-members.js';

const MESSAGES = '[{"role":"user","content":"grüß dich 😀 \\u00e9 \\"model\\":\\"x\\" {[,"}]';

function splice(body: string, change: Partial<RequestSplice> = {}): string {
  const request = parseChatRequest(Buffer.from(body));
  const settings: RequestSplice = {
    model: 'dear',
    maxOutputTokens: 70,
    limitNames: 'both',
    askUsage: false,
    ...change,
  };
  return spliceRequest(request, settings).toString('utf8');
}

/** What must come out, worked out from the members and not from bytes. */
function expected(members: readonly Member[], limitNames: LimitNames, askUsage: 'ask' | 'no'): string {
  const has = (name: string): boolean => members.some((one) => one.name === name);
  let result = [...members];
  let inserted = '';
  const wanted: string[] = limitNames === 'both' ? ['max_tokens'] : [limitNames];
  if (limitNames === 'both' && has('max_completion_tokens')) wanted.push('max_completion_tokens');
  const unwanted = limitNames === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
  for (const name of wanted) {
    if (has(name)) {
      result = withValue(result, name, () => '70');
      if (limitNames !== 'both') result = withValue(result, unwanted, () => 'null');
    } else if (limitNames !== 'both' && has(unwanted)) {
      result = result.map((one) =>
        one.name === unwanted
          ? { ...one, key: `"${name}"`, value: '70', space: [one.space[0], '', '', one.space[3]] as const }
          : one,
      );
    } else inserted += `,"${name}":70`;
  }
  if (askUsage === 'ask') {
    if (!has('stream_options')) inserted += ',"stream_options":{"include_usage":true}';
    result = withValue(result, 'stream_options', (value) => ASKED[value]!);
  }
  return objectText(withValue(result, 'model', () => `"dear"${inserted}`));
}

/** Each form of `stream_options` and what it must become. */
const ASKED: Record<string, string> = {
  null: '{"include_usage":true}',
  '{}': '{"include_usage":true}',
  '{ }': '{"include_usage":true }',
  '{"include_usage": false }': '{"include_usage": true }',
  '{"include_usage":null,"a":[1]}': '{"include_usage":true,"a":[1]}',
  '{"include_usage":true}': '{"include_usage":true}',
  '{ "include_obfuscation" : false}': '{"include_usage":true, "include_obfuscation" : false}',
};

describe('the bytes that go upstream', () => {
  test('are the caller’s own but for model, output limit and the wish for usage', () => {
    const optional = (name: string, values: string[]): fc.Arbitrary<Member | null> =>
      fc.option(fc.constantFrom(...values).chain((value) => member(name, value)));
    const limits = ['1', '500', '12345678901234567890', 'null', '1e3'];
    const body = fc
      .tuple(
        fc.constantFrom('"cheap"', '"ch\\u0065ap/x:1b"', '"型"').chain((value) => member('model', value)),
        member('messages', MESSAGES),
        member('stream', 'true'),
        optional('max_tokens', limits),
        optional('max_completion_tokens', limits),
        optional('stream_options', Object.keys(ASKED)),
        fc.array(unknownMember, { maxLength: 4 }),
      )
      .map(([model, messages, stream, old, recent, options, unknown]) =>
        [model, messages, stream, old, recent, options, ...unknown].filter((one) => one !== null),
      )
      .chain((members) => fc.shuffledSubarray(members, { minLength: members.length }));
    fc.assert(
      fc.property(
        body,
        fc.constantFrom<LimitNames>('both', 'max_tokens', 'max_completion_tokens'),
        fc.constantFrom<'ask' | 'no'>('ask', 'no'),
        (members, limitNames, askUsage) => {
          const result = splice(objectText(members), { limitNames, askUsage: askUsage === 'ask' });
          expect(result).toBe(expected(members, limitNames, askUsage));
          expect(() => JSON.parse(result)).not.toThrow();
        },
      ),
      { numRuns: 500 },
    );
  });

  test('keep an integer that no double can hold', () => {
    const body = `{"seed":12345678901234567890,"model":"cheap","messages":${MESSAGES}}`;
    expect(splice(body)).toBe(
      `{"seed":12345678901234567890,"model":"dear","max_tokens":70,"messages":${MESSAGES}}`,
    );
  });

  test('name the limit as the caller did and as max_tokens too, when the upstream has no setting', () => {
    const body = `{"model":"cheap","messages":${MESSAGES},"max_completion_tokens":900}`;
    expect(JSON.parse(splice(body))).toMatchObject({ max_tokens: 70, max_completion_tokens: 70 });
  });

  test('never leave a larger limit under the name the upstream was not set to', () => {
    const body = `{"model":"cheap","messages":${MESSAGES},"max_tokens":900,"max_completion_tokens":900}`;
    expect(JSON.parse(splice(body, { limitNames: 'max_completion_tokens' }))).toMatchObject({
      max_tokens: null,
      max_completion_tokens: 70,
    });
    const old = `{"model":"cheap","messages":${MESSAGES},"max_tokens":900}`;
    expect(Object.keys(JSON.parse(splice(old, { limitNames: 'max_completion_tokens' })))).toEqual([
      'model',
      'messages',
      'max_completion_tokens',
    ]);
  });

  test('carry a model name of any characters', () => {
    const name = 'org/"odd"\\ 模型 😀';
    const body = `{"model":"cheap","messages":${MESSAGES}}`;
    expect(JSON.parse(splice(body, { model: name })).model).toBe(name);
  });
});
