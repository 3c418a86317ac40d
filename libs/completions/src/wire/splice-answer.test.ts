import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readPlainAnswer, spliceAnswer } from './splice-answer.js';
import { type Member, member, objectText, unknownMember, withValue } from './testing/json-members.js';

const OURS = { kind: 'ours', promptTokens: 50, completionTokens: 107, credits: 78.5 } as const;
const OUR_TEXT = '{"prompt_tokens":50,"completion_tokens":107,"total_tokens":157,"credits":78.5}';
const REPORTED = { kind: 'reported', credits: 78.5 } as const;

/** Each form of an upstream's usage and what it must become when it is the one that counts. */
const CREDITED: Record<string, string> = {
  '{"prompt_tokens":50}': '{"prompt_tokens":50,"credits":78.5}',
  '{ "prompt_tokens" : 50 , "x":[{}] }': '{ "prompt_tokens" : 50 , "x":[{}],"credits":78.5 }',
  '{"credits":"free","completion_tokens":12345678901234567890}':
    '{"credits":78.5,"completion_tokens":12345678901234567890}',
  '{"é":"}"}': '{"é":"}","credits":78.5}',
};

function answerWith(fields: fc.Arbitrary<Member>[]): fc.Arbitrary<Member[]> {
  return fc
    .tuple(fc.tuple(...fields), fc.array(unknownMember, { maxLength: 5 }))
    .map(([known, unknown]) => [...known, ...unknown])
    .chain((members) => fc.shuffledSubarray(members, { minLength: members.length }));
}

const model = fc
  .constantFrom('"theirs"', '"asked"', '"\\u0061sked"', '"asked "', 'null', '["asked"]')
  .chain((value) => member('model', value));
const isAsked = (value: string): boolean => JSON.parse(value) === 'asked';

describe('a plain answer', () => {
  test('keeps every byte but model and the credits in a usage that was reported', () => {
    const usage = fc.constantFrom(...Object.keys(CREDITED)).chain((value) => member('usage', value));
    fc.assert(
      fc.property(answerWith([model, usage]), (members) => {
        const body = Buffer.from(objectText(members));
        const named = withValue(members, 'model', (value) => (isAsked(value) ? value : '"asked"'));
        const result = spliceAnswer(body, { requestedModel: 'asked', usage: REPORTED }).toString('utf8');
        expect(result).toBe(objectText(withValue(named, 'usage', (value) => CREDITED[value]!)));
      }),
      { numRuns: 300 },
    );
  });

  test('carries our usage in place of one that is not to be believed', () => {
    const usage = fc
      .constantFrom('null', '"many"', '{"prompt_tokens":-5}', '[1]')
      .chain((value) => member('usage', value));
    fc.assert(
      fc.property(answerWith([usage]), (members) => {
        const result = spliceAnswer(Buffer.from(objectText(members)), {
          requestedModel: 'asked',
          usage: OURS,
        });
        expect(result.toString('utf8')).toBe(objectText(withValue(members, 'usage', () => OUR_TEXT)));
      }),
    );
  });

  test('carries our usage as its last field when it has none', () => {
    const result = (body: string): string =>
      spliceAnswer(Buffer.from(body), { requestedModel: 'asked', usage: OURS }).toString('utf8');
    expect(result('{"id":"1", "choices":[] }')).toBe(`{"id":"1", "choices":[],"usage":${OUR_TEXT} }`);
    expect(result('{ }')).toBe(`{"usage":${OUR_TEXT} }`);
  });

  test('is untouched as to its model when that is the id asked for, escaped or not', () => {
    for (const value of ['"型/é"', '"\\u578b/\\u00e9"']) {
      const body = `{"model":${value},"usage":{"a":1}}`;
      expect(
        spliceAnswer(Buffer.from(body), { requestedModel: '型/é', usage: REPORTED }).toString('utf8'),
      ).toBe(`{"model":${value},"usage":{"a":1,"credits":78.5}}`);
    }
    expect(
      spliceAnswer(Buffer.from('{"model":12345,"usage":{"a":1}}'), {
        requestedModel: '234',
        usage: REPORTED,
      }).toString(),
    ).toBe('{"model":"234","usage":{"a":1,"credits":78.5}}');
    const listed = spliceAnswer(Buffer.from('{"model":["m"],"usage":{"a":1}}'), {
      requestedModel: '"m',
      usage: REPORTED,
    });
    expect(listed.toString()).toBe('{"model":"\\"m","usage":{"a":1,"credits":78.5}}');
  });

  test('says what it put out: content, reasoning, refusal and tool calls, a choice each', () => {
    const answer = readPlainAnswer(
      Buffer.from(
        JSON.stringify({
          model: 'm',
          choices: [
            {
              message: { role: 'assistant', content: 'hello', reasoning_content: 'hm ' },
              finish_reason: 'stop',
            },
            { message: { content: null, tool_calls: [{ function: { name: 'f', arguments: '{}' } }] } },
            { message: { role: 'assistant', content: '' } },
            {
              message: {
                content: [
                  { type: 'text', text: 'a' },
                  { type: 'text', text: 'b' },
                ],
              },
            },
          ],
          usage: { prompt_tokens: 0 },
        }),
      ),
    )!;
    expect(answer).toMatchObject({ resultCount: 4, hasOutput: true, hasFinishReason: true });
    expect(answer.texts).toEqual(['hm hello', 'f{}', 'ab']);
    expect(answer.usage).toEqual({ prompt_tokens: 0 });
  });

  test('that is not a JSON object is no answer', () => {
    for (const body of ['', 'busy', '[]', '"x"', 'null', '{"a":', '\ufeff{}']) {
      expect(readPlainAnswer(Buffer.from(body))).toBeUndefined();
    }
  });

  test('without any output says so', () => {
    expect(readPlainAnswer(Buffer.from('{"choices":[{"message":{"role":"assistant"}}]}'))).toMatchObject({
      hasOutput: false,
      hasFinishReason: false,
      texts: [],
    });
    expect(readPlainAnswer(Buffer.from('{"choices":[{"text":"hi"}]}'), 'text')?.texts).toEqual(['hi']);
  });
});
