import { afterEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { ChatStream } from './event-stream.js';
import { content as contentOf, event } from './testing/chunk-texts.js';
import { unknownMember, valueText } from './testing/json-members.js';

const OUTPUTS = ['content', 'reasoning_content', 'reasoning', 'refusal'] as const;
const MANY = 200;

afterEach(() => {
  jest.restoreAllMocks();
});

/** Of the model that was asked for. */
const content = (word: string): string => contentOf(word).replace('"m"', '"asked"');

function open(kind: 'chat' | 'text' = 'chat'): ChatStream {
  return new ChatStream({ requestedModel: 'asked', kind });
}

interface Read {
  relayed: string;
  text: string;
  broken: string | undefined;
  error: unknown;
  finishHeld: boolean;
}

/** What comes of each event, one after the other. */
function readAll(events: readonly Buffer[], streamOf: () => ChatStream): Read[] {
  let before: string[] = [];
  let last: ChatStream | undefined;
  return events.map((bytes) => {
    const stream = streamOf();
    if (stream !== last) before = [];
    last = stream;
    const relayed = stream.push(bytes)?.toString('latin1') ?? '';
    const all = stream.deliveredTexts();
    // One choice's text has grown, or there is one more.
    const grown = all.findIndex((text, i) => text !== before[i]);
    const own = all.length === before.length ? before[grown] : undefined;
    const text = (all[grown] ?? '').slice(own?.length ?? 0);
    before = all;
    const { broken, errorEvent, finishHeld } = stream;
    return { relayed, text, broken, error: errorEvent, finishHeld };
  });
}

/** A chunk around a text: fields nobody knows, any spaces, the model as theirs or as asked for. */
const shape = fc
  .record({
    member: unknownMember,
    value: valueText,
    model: fc.constantFrom('"asked"', '"theirs"', '"th\\u0065irs"'),
    key: fc.constantFrom(...OUTPUTS),
    space: fc.constantFrom('', ' '),
    more: fc.constantFrom(
      '',
      ',"content":null',
      ',"reasoning":"r"',
      ',"content":"twice"',
      ',"role":"assistant"',
    ),
    rest: fc.constantFrom('', ',"usage":null', ',"choices":[]', ',"error":null', ',"usage":{"a":1}'),
    isModelLast: fc.boolean(),
    lineEnd: fc.constantFrom('\n', '\r\n'),
  })
  .map(({ member, value, model, key, space, more, rest, lineEnd, isModelLast }) => {
    const named = `"model":${space}${model}`;
    const before = `"id":"c",${member.key}:${value.replaceAll(/[\r\n]/g, ' ')}`;
    return (string: string): string => {
      const choice = `{"index":0,"delta":{"${key}":${space}${string}${more}},"finish_reason":null}`;
      const fields = [before, `"choices":[${choice}]${rest}`];
      if (isModelLast) fields.push(named);
      else fields.unshift(named);
      return `data:${space}{${fields.join(',')}}${lineEnd}${lineEnd}`;
    };
  });

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }).map((value) => JSON.stringify(value)),
  fc.constantFrom(
    ...[
      '"\\n"',
      '"\\"quoted\\""',
      '"\\u00e9\\ud83d\\ude00"',
      '"\\ud83d"',
      '"back\\\\"',
      '"\u007f"',
      '"😀"',
      '""',
    ],
    // Not one string of JSON, though quotes stand at both ends.
    ...['"a","content":"b"', '"a"},"finish_reason":"stop","x":{"y":"b"', '"tab\t"', '"\\x"', '"a\\"', 'null'],
  ),
);

/** Streams of few shapes and many texts, some with a byte that has become another. */
const events = fc
  .record({
    shapes: fc.array(shape, { minLength: 1, maxLength: 2 }),
    texts: fc.array(fc.tuple(text, fc.nat(11)), { minLength: 4, maxLength: 30 }),
    broken: fc.option(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 32, max: 255 }))),
  })
  .map(({ shapes, texts, broken }) => {
    // Mostly the first: a template is learnt and used before it is disappointed.
    const written = texts.map(([string, pick]) =>
      Buffer.from((pick > 9 ? shapes.at(-1)! : shapes[0]!)(string)),
    );
    if (broken) {
      const [which, at, byte] = broken;
      const victim = written[which % written.length]!;
      victim[at % (victim.length - 4)] = byte;
    }
    return written;
  });

describe('a stream of chunks that are alike', () => {
  test('is read as if each of them were the first', () => {
    fc.assert(
      fc.property(events, (written) => {
        const one = open();
        const remembered = readAll(written, () => one);
        const fresh = readAll(written, open);
        // Behind a break, an error or a finish the two differ by design.
        const until = fresh.findIndex(({ broken, error, finishHeld }) => broken || error || finishHeld);
        const end = until < 0 ? fresh.length : until + 1;
        expect(remembered.slice(0, end)).toEqual(fresh.slice(0, end));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['chat', (word: string) => ({ delta: { content: word } })],
    ['chat', (word: string) => ({ delta: { content: null, reasoning_content: word } })],
    ['chat', (word: string) => ({ delta: { tool_calls: [{ index: 0, function: { arguments: word } }] } })],
    ['text', (word: string) => ({ text: word })],
  ] as const)('has few of them parsed: %s %#', (kind, choice) => {
    const stream = open(kind);
    const parse = jest.spyOn(JSON, 'parse');
    const words = Array.from({ length: MANY }, (_, i) => `word ${i} of ää`);
    for (const word of words) {
      const bytes = event({
        id: 'c',
        model: 'theirs',
        choices: [{ index: 3, ...choice(word), finish_reason: null }],
      });
      expect(stream.push(Buffer.from(bytes))?.toString()).toBe(bytes.replace('theirs', 'asked'));
    }
    expect(parse.mock.calls.length).toBeLessThan(10);
    expect(stream.deliveredTexts()).toEqual([words.join('')]);
  });

  test('keeps texts of choices apart when they take turns', () => {
    const stream = open();
    for (let i = 0; i < MANY; i++) {
      // Long runs of each, so that the template changes hands.
      const index = Math.floor(i / 20) % 2;
      stream.push(
        Buffer.from(event({ model: 'asked', choices: [{ index, delta: { content: `${index}` } }] })),
      );
    }
    expect(stream.deliveredTexts()).toEqual(['0'.repeat(MANY / 2), '1'.repeat(MANY / 2)]);
  });

  test('stops being learnt from when every chunk is another', () => {
    const stream = open();
    const parse = jest.spyOn(JSON, 'parse');
    for (let i = 0; i < MANY; i++)
      stream.push(Buffer.from(event({ id: `c-${i}`, choices: [{ index: 0, delta: { content: 'x' } }] })));
    // One for each, and three lessons.
    expect(parse.mock.calls.length).toBe(MANY + 3);
    expect(stream.deliveredTexts()).toEqual(['x'.repeat(MANY)]);
  });

  test('is not learnt from where usage comes with it: what came last counts', () => {
    const stream = open();
    for (const completion_tokens of [1, 2, 3, 3, 4, 3]) {
      const usage = { prompt_tokens: 5, completion_tokens };
      stream.push(Buffer.from(event({ choices: [{ index: 0, delta: { content: 'x' } }], usage })));
    }
    expect(stream.lastUsage).toEqual({ prompt_tokens: 5, completion_tokens: 3 });
  });

  test('is not learnt from where it is large: it would be kept as long as the stream is open', () => {
    const stream = open();
    const parse = jest.spyOn(JSON, 'parse');
    for (let i = 0; i < 20; i++)
      stream.push(
        Buffer.from(event({ padding: 'p'.repeat(5_000), choices: [{ index: 0, delta: { content: 'x' } }] })),
      );
    expect(parse.mock.calls.length).toBe(20);
    expect(stream.deliveredTexts()).toEqual(['x'.repeat(20)]);
  });

  test('lets a finish chunk in hand go first', () => {
    const stream = open();
    const finish = event({ choices: [{ index: 1, delta: {}, finish_reason: 'stop' }] });
    const given: string[] = [];
    for (const bytes of [content('a'), content('b'), finish, content('c')])
      given.push(stream.push(Buffer.from(bytes))?.toString() ?? '');
    expect(given).toEqual([content('a'), content('b'), '', finish + content('c')]);
  });

  test('may hold two choices, of which both are counted', () => {
    const stream = open();
    for (const word of ['a', 'b', 'c']) {
      const choices = [0, 1].map((index) => ({ index, delta: { content: index === 0 ? word : 'same' } }));
      stream.push(Buffer.from(event({ choices })));
    }
    expect(stream.deliveredTexts()).toEqual(['abc', 'samesamesame']);
  });

  test('may have a finish reason hidden between its quotes', () => {
    const stream = open();
    const chunk = (string: string) =>
      Buffer.from(`data: {"choices":[{"index":0,"delta":{"content":"${string}"},"finish_reason":null}]}\n\n`);
    for (const word of ['a', 'b', 'c']) stream.push(chunk(word));
    expect(stream.push(chunk('d"},"finish_reason":"stop"},{"delta":{"content":"'))).toBeNull();
    expect(stream.finishHeld).toBe(true);
    expect(stream.answerTexts()).toEqual(['abcd']);
  });

  test('whose output comes twice over is not taken for half of it', () => {
    const stream = open();
    const chunk = (one: string, other: string) =>
      Buffer.from(`data: {"choices":[{"delta":{"content":"${one}"},"delta":{"content":"${other}"}}]}\n\n`);
    for (const [one, other] of ['ab', 'cd', 'ed']) stream.push(chunk(one!, other!));
    expect(stream.deliveredTexts()).toEqual(['bdd']);
  });
});
