import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type EncodingTools, readEmbeddingAnswer, spliceBase64 } from './embedding-answer.js';
import { type Member, member, objectText, unknownMember } from './testing/json-members.js';

const REPORTED = { requestedModel: 'asked', usage: { kind: 'reported', credits: 2.5 } } as const;
const OURS = {
  requestedModel: 'asked',
  usage: { kind: 'ours', promptTokens: 5, completionTokens: undefined, credits: 2.5 },
} as const;
const QUICK: EncodingTools = { nowMilliseconds: () => 0, pause: () => Promise.resolve() };

const splice = async (text: string, how: Parameters<typeof spliceBase64>[1] = REPORTED): Promise<string> =>
  (await spliceBase64(Buffer.from(text), how, QUICK)).toString('utf8');

/** What the official SDK makes of a vector in base64. */
const floatsOf = (base64: string): number[] =>
  Array.from(new Float32Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer));

/** Written without the code under test: one float at a time, little end first. */
function base64Text(numbers: readonly number[]): string {
  const view = new DataView(new ArrayBuffer(numbers.length * 4));
  for (const [index, value] of numbers.entries()) view.setFloat32(index * 4, value, true);
  return JSON.stringify(Buffer.from(view.buffer).toString('base64'));
}

const float = fc.oneof(
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -1, 1e-40, 0.1),
);
/** A vector as an upstream may have written it, and what the caller must get for it. */
const vector = fc.oneof(
  fc.array(float, { maxLength: 6 }).map((numbers) => {
    const values = numbers.map((value) => (Object.is(value, -0) ? 0 : value));
    return { text: JSON.stringify(values).replaceAll(',', ' ,\n'), wanted: base64Text(values) };
  }),
  fc
    .constantFrom('"AACAPw=="', 'null', '[1,"x"]', '[null]', '[[1]]', '{"a":[1]}')
    .map((text) => ({ text, wanted: text })),
);

interface Entry {
  text: string;
  wanted: string;
}

const entry: fc.Arbitrary<Entry> = fc
  .tuple(
    vector,
    member('object', '"embedding"'),
    member('index', '0'),
    fc.array(unknownMember, { maxLength: 2 }),
  )
  .chain(([{ text, wanted }, object, index, unknown]) =>
    member('embedding', text)
      .chain((one) =>
        fc.shuffledSubarray([one, object, index, ...unknown], { minLength: 3 + unknown.length }),
      )
      .map((members) => ({
        text: objectText(members),
        wanted: objectText(
          members.map((each: Member) => (each.name === 'embedding' ? { ...each, value: wanted } : each)),
        ),
      })),
  );

describe('an answer of vectors', () => {
  test('keeps every byte but model, credits and the vectors that came as numbers', async () => {
    const answer = fc
      .tuple(
        fc.array(entry, { maxLength: 4 }),
        fc.constantFrom(',', ' , ', '\n,'),
        member('model', '"theirs"'),
        member('usage', '{"prompt_tokens":5}'),
        fc.array(unknownMember, { maxLength: 3 }),
      )
      .chain(([entries, separator, model, usage, unknown]) => {
        const list = (key: keyof Entry): string => `[ ${entries.map((one) => one[key]).join(separator)} ]`;
        return member('data', list('text'))
          .chain((data) =>
            fc.shuffledSubarray([data, model, usage, ...unknown], { minLength: 3 + unknown.length }),
          )
          .map((members) => ({ members, data: list('wanted') }));
      });
    await fc.assert(
      fc.asyncProperty(answer, async ({ members, data }) => {
        const wanted: Record<string, string> = {
          data,
          model: '"asked"',
          usage: '{"prompt_tokens":5,"credits":2.5}',
        };
        expect(await splice(objectText(members))).toBe(
          objectText(members.map((one) => ({ ...one, value: wanted[one.name] ?? one.value }))),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('says in base64 the floats that it said in numbers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(float, { minLength: 1, maxLength: 50 }), async (numbers) => {
        const written = JSON.stringify(numbers);
        const { data } = JSON.parse(await splice(`{"data":[{"embedding":${written}}],"usage":{}}`));
        const read = JSON.parse(written).map(Math.fround);
        expect(floatsOf(data[0].embedding)).toEqual(read);
      }),
    );
  });

  test('carries our usage, without completion tokens, where it has none', async () => {
    expect(await splice('{"data":[{"embedding":[1]}]}', OURS)).toBe(
      '{"data":[{"embedding":"AACAPw=="}],"usage":{"prompt_tokens":5,"total_tokens":5,"credits":2.5}}',
    );
  });

  test('lets other requests in after every 2 ms of encoding', async () => {
    let now = 0;
    let pauses = 0;
    const entries = Array<string>(100).fill('{"embedding":[1,2]}').join(',');
    const spliced = await spliceBase64(Buffer.from(`{"data":[${entries}]}`), REPORTED, {
      nowMilliseconds: () => {
        now += 0.5;
        return now;
      },
      pause: () => {
        pauses += 1;
        return Promise.resolve();
      },
    });
    expect(pauses).toBeGreaterThanOrEqual(20);
    expect(JSON.parse(spliced.toString()).data).toHaveLength(100);
  });

  test('is read for its usage without its numbers', () => {
    const read = (text: string) => readEmbeddingAnswer(Buffer.from(text));
    expect(read('{"data":[{"embedding":[1,2]}],"model":"é","usage":{"prompt_tokens":5}}')).toMatchObject({
      resultCount: 1,
      model: 'é',
      usage: { prompt_tokens: 5 },
      error: undefined,
      texts: [],
    });
    for (const empty of ['{"data":[ ]}', '{}', '{"data":{}}', '{"data":"x"}']) {
      expect(read(empty)).toMatchObject({ resultCount: 0, usage: undefined });
    }
    expect(read('{"error":{"message":"no"}}')?.error).toEqual({ message: 'no' });
  });

  test('that is cut anywhere is no answer', () => {
    const whole = Buffer.from(
      '{"object":"list","data":[{"embedding":[1,2],"x":"]}"}],"usage":{"prompt_tokens":5}}',
    );
    for (let end = 0; end < whole.length; end += 1) {
      expect([end, readEmbeddingAnswer(whole.subarray(0, end))]).toEqual([end, undefined]);
    }
    for (const text of ['<html>', '[]', 'null', '"x"'])
      expect(readEmbeddingAnswer(Buffer.from(text))).toBeUndefined();
  });
});
