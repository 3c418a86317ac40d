import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ChatStream } from './event-stream.js';
import { cutAt, type EventStyle, eventStyle, eventText } from './testing/stream-arbitraries.js';

const REPORTED = { kind: 'reported', credits: 78.5 } as const;
const USAGE = '{"prompt_tokens":50 , "big":12345678901234567890,"completion_tokens":107';

interface Outcome {
  bytes: string;
  delivered: string[];
  all: string[];
}

function run(chunks: readonly Buffer[], includeUsage: 'asked' | 'no'): Outcome {
  const stream = new ChatStream({ requestedModel: 'asked', kind: 'text' });
  const out = chunks.map((chunk) => stream.push(chunk)).filter((bytes) => bytes !== null);
  const rest = stream.end();
  if (rest) out.push(rest);
  const delivered = stream.deliveredTexts();
  const all = stream.answerTexts();
  out.push(stream.finish({ includeUsage: includeUsage === 'asked', usage: REPORTED }));
  return { bytes: Buffer.concat(out).toString('utf8'), delivered, all };
}

const chunk = (text: string, index: number): string =>
  `{"id":"cmpl-1", "object":"text_completion","model": MODEL ,"choices":[{"text":${JSON.stringify(text)},"index":${index},"logprobs":{"tokens":[" a"]},"finish_reason":null}],"usage":null}`;
const finish = (more: string): string =>
  `{"id":"cmpl-1","model":MODEL,"choices":[{"text":"é.","index":0,"logprobs":null,"finish_reason":"length"}]${more} }`;

const writing = fc.array(fc.tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), fc.nat(2)), {
  maxLength: 6,
});

/** A whole stream of `/v1/completions` as its upstream writes it, and as its caller must get it. */
const streams = fc
  .record({
    texts: writing,
    style: eventStyle,
    asked: fc.constantFrom<'asked' | 'no'>('asked', 'no'),
  })
  .map(({ texts, style, asked }) => {
    const event = (data: string, model: string): string => eventText({ data, before: '' }, style, model);
    const alone = (usage: string): string => `{"model":MODEL,"choices":[],"usage": ${usage} }`;
    const body = (model: string): string =>
      texts.map(([text, index]) => event(chunk(text, index), model)).join('');
    const credited = `${USAGE},"credits":78.5}`;
    const end =
      asked === 'asked'
        ? event(finish(''), '"asked"') + event(alone(credited), '"asked"')
        : event(finish(`,"usage":${credited}`), '"asked"');
    return {
      asked,
      texts,
      input: `${body('"theirs"')}${event(finish(''), '"theirs"')}${event(alone(`${USAGE}}`), '"theirs"')}${event('[DONE]', '')}`,
      wanted: `${body('"asked"')}${end}data: [DONE]\n\n`,
    };
  });

describe('a stream of completions', () => {
  test('keeps every byte but model, usage and the end', () => {
    fc.assert(
      fc.property(streams, ({ input, wanted, asked }) => {
        expect(run([Buffer.from(input)], asked).bytes).toBe(wanted);
      }),
      { numRuns: 200 },
    );
  });

  test('does not depend on where the network cut it', () => {
    fc.assert(
      fc.property(streams, fc.array(fc.nat(), { maxLength: 10 }), ({ input, asked }, places) => {
        const bytes = Buffer.from(input);
        expect(run(cutAt(bytes, places), asked)).toEqual(run([bytes], asked));
      }),
      { numRuns: 150 },
    );
  });

  test('is the same at each of the places where it can be cut in two', () => {
    for (const lineEnd of ['\n', '\r\n', '\r'] as const) {
      const style: EventStyle = { lineEnd, afterColon: ' ' };
      const event = (data: string): string => eventText({ data, before: '' }, style, '"theirs"');
      const bytes = Buffer.from(
        [
          event(chunk('grüß 😀', 0)),
          event(chunk('b', 1)),
          event(finish(`,"usage":${USAGE}}`)),
          event('[DONE]'),
        ].join(''),
      );
      const whole = run([bytes], 'asked');
      expect(whole.bytes).not.toContain('theirs');
      for (let place = 1; place < bytes.length; place += 1) {
        expect(run([bytes.subarray(0, place), bytes.subarray(place)], 'asked')).toEqual(whole);
      }
    }
  });

  test('is counted by the text of each of its choices', () => {
    fc.assert(
      fc.property(streams, ({ input, texts }) => {
        const { delivered, all } = run([Buffer.from(input)], 'no');
        const of = (extra: string): string[] =>
          [0, 1, 2]
            .map((choice) =>
              texts
                .filter(([, index]) => index === choice)
                .map(([text]) => text)
                .join(''),
            )
            .map((text, choice) => (choice === 0 ? text + extra : text))
            .filter((text) => text !== '');
        expect(delivered).toEqual(of(''));
        expect(all).toEqual(of('é.'));
      }),
    );
  });

  test('names a usage chunk of ours as its endpoint does, where the upstream named none', () => {
    const { bytes } = run(
      [Buffer.from(`data: ${finish('').replace('MODEL', '"m"')}\n\ndata: [DONE]\n\n`)],
      'asked',
    );
    expect(bytes).toContain('"object":"text_completion"');
    expect(bytes).not.toContain('chat.completion');
  });
});
