import { describe, expect, test } from '@jest/globals';
import {
  chunk,
  content,
  event,
  FINISH,
  finish,
  open,
  pushAll,
  ROLE,
  usageChunk,
} from './testing/chunk-texts.js';

const REPORTED = { kind: 'reported', credits: 78.5 } as const;
const OURS = { kind: 'ours', promptTokens: 50, completionTokens: 107, credits: 78.5 } as const;
const OUR_TEXT = '{"prompt_tokens":50,"completion_tokens":107,"total_tokens":157,"credits":78.5}';
const DONE = 'data: [DONE]\n\n';

describe('bytes that need no change', () => {
  test('leave in the buffer they came in', () => {
    const stream = open();
    const bytes = Buffer.from(ROLE + content('a') + content('b'));
    expect(stream.push(bytes)).toBe(bytes);
    const cut = Buffer.from(`${content('c')}data: {`);
    const out = stream.push(cut)!;
    expect(out.buffer).toBe(cut.buffer);
    expect(out.toString()).toBe(content('c'));
  });

  test('pass when they are comments, empty lines, bare fields or events of another kind', () => {
    const texts = [
      ': ping\n\n',
      '\n',
      'retry: 5\n\n',
      'event: ping\ndata: soon\n\n',
      'data:\n\n',
      'data: 7\n\n',
      'event: ping\ndata: {"model":"other"}\n\n',
    ];
    expect(pushAll(open(), ...texts)).toEqual(texts);
  });

  test('pass under an event name of the upstream’s own and are metered all the same', () => {
    const stream = open();
    const text = `event: delta\n${content('hi')}`;
    expect(pushAll(stream, text)).toEqual([text]);
    expect(stream.deliveredTexts()).toEqual(['hi']);
  });
});

describe('an event of several lines of data', () => {
  test('keeps its lines, whichever of them the model is on', () => {
    const written = (model: string): string[] => [
      `data: {"model":${model},\ndata:"choices":[]}\n\n`,
      `data: {"model":\r\ndata:${model}\r\nid: 5\r\ndata: ,"choices":[]\r\ndata:}\r\n\r\n`,
      `data: {"choices":[],"model":\ndata: ${model}}\n\n`,
    ];
    expect(pushAll(open(), ...written('"theirs"'))).toEqual(written('"m"'));
  });

  test('gets its credits on the line where its usage ends, and loses the lines of a usage that ours replaces', () => {
    const held =
      'data: {"choices":[{"finish_reason":"stop"}],"usage":{\ndata: "prompt_tokens":5\ndata: }\ndata:}\n\n';
    const reported = open();
    pushAll(reported, held);
    expect(finish(reported, REPORTED)).toBe(held.replace(':5', ':5,"credits":78.5') + DONE);
    const replaced = open();
    pushAll(replaced, held);
    expect(finish(replaced, OURS)).toBe(
      `data: {"choices":[{"finish_reason":"stop"}],"usage":${OUR_TEXT}\ndata:}\n\n${DONE}`,
    );
  });
});

describe('a finish chunk', () => {
  test('is held, so that the charge can be written before the client sees the end', () => {
    const stream = open();
    expect(pushAll(stream, content('a'), FINISH)).toEqual([content('a'), '']);
    expect(stream).toMatchObject({ sawFinish: true, finishHeld: true, done: false });
    expect(finish(stream, OURS)).toBe(`${FINISH.slice(0, -3)},"usage":${OUR_TEXT}}\n\n${DONE}`);
  });

  test('is let go by more output and by the next finish chunk, in their order', () => {
    const stream = open();
    const other = chunk({ content: 'b' }, null, 1);
    const second = chunk({}, 'stop', 1);
    expect(pushAll(stream, FINISH, other)).toEqual(['', FINISH + other]);
    expect(stream.finishHeld).toBe(false);
    expect(pushAll(stream, second, FINISH)).toEqual(['', second]);
    expect(stream.finishHeld).toBe(true);
  });

  test('is not let go by comments, empty deltas or usage: those wait behind it', () => {
    const stream = open();
    const trailing = [': ping\n\n', chunk({}), event({ choices: [] })];
    expect(pushAll(stream, FINISH, ...trailing, usageChunk({ prompt_tokens: 1 }))).toEqual([
      '',
      '',
      '',
      '',
      '',
    ]);
    const credited = `${FINISH.slice(0, -3)},"usage":{"prompt_tokens":1,"credits":78.5}}\n\n`;
    expect(finish(stream, REPORTED)).toBe(credited + trailing.join('') + DONE);
  });

  test('is let go when what waits behind it grows without end', () => {
    const stream = open();
    const [held, all] = pushAll(stream, FINISH, `: ${'x'.repeat(70_000)}\n\n`);
    expect(held).toBe('');
    expect(all).toContain(FINISH);
    expect(finish(stream, OURS)).toBe(DONE);
  });

  test('keeps the output inside it undelivered until it leaves', () => {
    const stream = open();
    pushAll(stream, chunk({ content: 'all of it' }, 'stop'));
    expect(stream.sawOutput).toBe(false);
    expect(stream.deliveredTexts()).toEqual([]);
    expect(stream.answerTexts()).toEqual(['all of it']);
    finish(stream, OURS);
    expect(stream.sawOutput).toBe(true);
    expect(stream.deliveredTexts()).toEqual(['all of it']);
  });

  test('is not what a server means that sends an empty reason with every chunk', () => {
    const text = chunk({ content: 'a' }, '');
    expect(pushAll(open(), text)).toEqual([text]);
  });
});

describe('usage', () => {
  test('is the last one that was said; null is not one', () => {
    const stream = open();
    pushAll(stream, event({ choices: [{ delta: { content: 'a' } }], usage: { prompt_tokens: 1 } }));
    pushAll(stream, event({ choices: [{ delta: { content: 'b' } }], usage: null }), FINISH);
    expect(stream.lastUsage).toEqual({ prompt_tokens: 1 });
    pushAll(stream, usageChunk({ prompt_tokens: 2 }), usageChunk({ prompt_tokens: 3 }), usageChunk(null));
    expect(stream.lastUsage).toEqual({ prompt_tokens: 3 });
    expect(finish(stream, REPORTED)).toContain('"usage":{"prompt_tokens":3,"credits":78.5}');
  });

  test('comes in a chunk of the upstream’s own, with credits, for a caller who asked', () => {
    const stream = open();
    const last = event(
      '{"id":"c-1","model":"x","choices":[],"usage":{"prompt_tokens":5},"timings":{"n":12345678901234567890}}',
    );
    expect(pushAll(stream, FINISH, last)).toEqual(['', '']);
    expect(finish(stream, REPORTED, true)).toBe(
      FINISH +
        event(
          '{"id":"c-1","model":"m","choices":[],"usage":{"prompt_tokens":5,"credits":78.5},"timings":{"n":12345678901234567890}}',
        ) +
        DONE,
    );
  });

  test('comes in a chunk of ours where the upstream sent none, or none to be believed', () => {
    for (const sent of ['', usageChunk({ prompt_tokens: -1 })]) {
      const stream = open();
      pushAll(stream, FINISH, sent);
      const ours = `{"id":"c-1","object":"chat.completion.chunk","created":17,"model":"m","choices":[],"usage":${OUR_TEXT}}`;
      expect(finish(stream, OURS, true)).toBe(FINISH + event(ours) + DONE);
    }
  });

  test('in the finish chunk gives way to the usage chunk where there is one, and else gets the credits', () => {
    const withUsage = event('{"choices":[{"finish_reason":"stop"}],"usage": {"prompt_tokens":"lots"} }');
    const asked = open();
    pushAll(asked, withUsage);
    expect(finish(asked, OURS, true)).toContain('"usage": null }');
    const plain = open();
    pushAll(plain, withUsage);
    expect(finish(plain, OURS)).toBe(
      event(`{"choices":[{"finish_reason":"stop"}],"usage": ${OUR_TEXT} }`) + DONE,
    );
  });

  test('with an empty delta behind the finish chunk does not let it go', () => {
    const stream = open();
    const late = event({ choices: [{ delta: { content: '' } }], usage: { prompt_tokens: 9 } });
    expect(pushAll(stream, FINISH, late)).toEqual(['', '']);
    expect(finish(stream, REPORTED)).toBe(
      `${FINISH.slice(0, -3)},"usage":{"prompt_tokens":9,"credits":78.5}}\n\n${DONE}`,
    );
  });

  test('without a finish chunk ends the stream with [DONE] alone, or with a chunk when asked for', () => {
    const stream = open();
    pushAll(stream, content('a'));
    expect(finish(stream, OURS)).toBe(DONE);
    expect(finish(open(), OURS, true)).toContain(`"choices":[],"usage":${OUR_TEXT}`);
  });
});
