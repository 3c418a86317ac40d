import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ChatStream } from './event-stream.js';
import { cutAt, type EventStyle, eventStyle, eventText, streamEvents } from './testing/stream-arbitraries.js';

const REPORTED = { kind: 'reported', credits: 78.5 } as const;
const FINISH =
  '{"id":"c-1","model":MODEL,"choices":[{"index":0,"delta":{"content":"é."},"finish_reason":"stop"}]USAGE }';
const USAGE = '{"prompt_tokens":50,"big":12345678901234567890 , "completion_tokens":107';

interface Outcome {
  bytes: string;
  state: unknown;
}

/** Runs a stream cut in those chunks to its end, and says what the client got and what was learned. */
function run(chunks: readonly Buffer[], includeUsage: 'asked' | 'no'): Outcome {
  const stream = new ChatStream({ requestedModel: 'asked', kind: 'chat' });
  const out: Buffer[] = [];
  for (const chunk of chunks) {
    const now = stream.push(chunk);
    if (now) out.push(now);
  }
  const rest = stream.end();
  if (rest) out.push(rest);
  const { sawData, sawOutput, sawFinish, finishHeld, done, broken, errorEvent, lastUsage } = stream;
  const texts = [stream.deliveredTexts(), stream.answerTexts()];
  const state = { sawData, sawOutput, sawFinish, finishHeld, done, broken, errorEvent, lastUsage, texts };
  if (!broken && !errorEvent) {
    out.push(stream.finish({ includeUsage: includeUsage === 'asked', usage: REPORTED }));
  }
  return { bytes: Buffer.concat(out).toString('latin1'), state };
}

/** A whole stream as text, with the end an upstream gives it. */
const wholeStream = fc
  .record({
    events: streamEvents,
    style: eventStyle,
    model: fc.constantFrom('"theirs"', '"asked"', '"th\\u0065irs/é"'),
    usage: fc.constantFrom<'in_finish' | 'alone' | 'both'>('in_finish', 'alone', 'both'),
    asked: fc.constantFrom<'asked' | 'no'>('asked', 'no'),
  })
  .map(({ events, style, model, usage, asked }) => {
    const text = (data: string, name: string): string => eventText({ data, before: '' }, style, name);
    const inFinish = usage === 'alone' ? '' : `,"usage":${USAGE}}`;
    const alone =
      usage === 'in_finish' ? '' : text(`{"model":MODEL,"choices":[],"usage": ${USAGE} } }`, model);
    const input = [
      ...events.map((event) => eventText(event, style, model)),
      text(FINISH.replace('USAGE', inFinish), model),
      alone,
      text('[DONE]', model),
    ].join('');
    return { input, expected: expectedEnd({ events: '', usage, asked, style }), events, style, asked };
  });

/** The end the client must get, worked out by hand for each form. */
function expectedEnd(form: {
  events: string;
  usage: 'in_finish' | 'alone' | 'both';
  asked: 'asked' | 'no';
  style: EventStyle;
}): string {
  const text = (data: string): string => eventText({ data, before: '' }, form.style, '"asked"');
  const done = 'data: [DONE]\n\n';
  const [credited, creditedAlone] = [`${USAGE},"credits":78.5}`, `${USAGE},"credits":78.5 }`];
  if (form.asked === 'no') {
    const usage = form.usage === 'in_finish' ? credited : creditedAlone;
    return text(FINISH.replace('USAGE', `,"usage":${usage}`)) + done;
  }
  const finish = text(FINISH.replace('USAGE', form.usage === 'alone' ? '' : ',"usage":null'));
  const last =
    form.usage === 'in_finish'
      ? `data: {"id":"c-1","object":"chat.completion.chunk","created":0,"model":"asked","choices":[],"usage":${credited}}\n\n`
      : text(`{"model":MODEL,"choices":[],"usage": ${creditedAlone} }`);
  return finish + last + done;
}

describe('the bytes of a stream', () => {
  test('are the upstream’s own but for model, usage and the end, in every way an upstream may write them', () => {
    fc.assert(
      fc.property(wholeStream, ({ input, expected, events, style, asked }) => {
        const relayed = events.map((event) => eventText(event, style, '"asked"')).join('');
        const { bytes } = run([Buffer.from(input)], asked);
        expect(bytes).toBe(Buffer.from(relayed + expected).toString('latin1'));
      }),
      { numRuns: 300 },
    );
  });

  test('do not depend on where the network cut them', () => {
    fc.assert(
      fc.property(wholeStream, fc.array(fc.nat(), { maxLength: 12 }), ({ input, asked }, places) => {
        const bytes = Buffer.from(input);
        const whole = run([bytes], asked);
        expect(run(cutAt(bytes, places), asked)).toEqual(whole);
        expect(
          run(
            [...bytes].map((byte) => Buffer.from([byte])),
            asked,
          ),
        ).toEqual(whole);
      }),
      { numRuns: 150 },
    );
  });

  test('are the same at each of the places where one stream of every kind of event can be cut in two', () => {
    for (const lineEnd of ['\n', '\r\n', '\r'] as const) {
      const style = { lineEnd, afterColon: '' } as const;
      const text = (data: string, before = ''): string => eventText({ data, before }, style, '"theirs"');
      const bytes = Buffer.from(
        [
          `: hello${lineEnd}${lineEnd}${lineEnd}`,
          text('{"model":MODEL,"choices":[{"delta":{"content":"grüß 😀"}}],"n":12345678901234567890}'),
          `data: {"model":${lineEnd}data:"theirs","choices":[{"delta":{"content":"two lines"}}]}${lineEnd}${lineEnd}`,
          text('hello', 'event: greeting'),
          text('{"choices":[{"index":1,"delta":{"content":"a"},"finish_reason":"length"}]}'),
          text('{"choices":[{"index":0,"delta":{"tool_calls":[{"function":{"name":"f"}}]}}]}'),
          text(FINISH.replace('USAGE', '')),
          `: bye${lineEnd}${lineEnd}`,
          text(`{"model":MODEL,"choices":[],"usage":${USAGE}}}`),
          text('[DONE]'),
          text('{"choices":[{"delta":{"content":"too late"}}]}'),
        ].join(''),
      );
      const whole = run([bytes], 'asked');
      expect(whole.bytes).toContain('"credits":78.5');
      expect(whole.bytes).not.toContain('theirs');
      expect(whole.bytes).not.toContain('too late');
      for (let place = 1; place < bytes.length; place += 1) {
        expect(run([bytes.subarray(0, place), bytes.subarray(place)], 'asked')).toEqual(whole);
      }
    }
  });

  test('of any kind at all never make the reader throw, and what it learns does not depend on the cuts', () => {
    const pieces = fc.constantFrom(
      'data:',
      ' ',
      '{',
      '}',
      '"choices":[',
      ']',
      '\n',
      '\n\n',
      '\r',
      ':',
      '"error":1',
      '[DONE]',
      'event: error',
      '{"choices":[{"delta":{"content":"x"},"finish_reason":"stop"}]}',
      '\u00e9',
      '{"usage":{"a":1},"choices":[]}',
    );
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 40 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        (parts, places) => {
          const bytes = Buffer.from(parts.join(''));
          expect(run(cutAt(bytes, places), 'no')).toEqual(run([bytes], 'no'));
        },
      ),
      { numRuns: 500 },
    );
  });
});
