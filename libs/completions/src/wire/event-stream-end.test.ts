import { describe, expect, test } from '@jest/globals';
import { chunk, content, event, open, pushAll, ROLE } from './testing/chunk-texts.js';

describe('output', () => {
  test('is content, reasoning, refusal and tool calls; a role alone is not', () => {
    const deltas: [unknown, string[] | undefined][] = [
      [{ role: 'assistant' }, undefined],
      [{ role: 'assistant', content: '' }, undefined],
      [{ content: null, tool_calls: [] }, undefined],
      [{ content: 'a' }, ['a']],
      [{ reasoning: 'r' }, ['r']],
      [{ reasoning: 'r', reasoning_content: 'r' }, ['r']],
      [{ refusal: 'no' }, ['no']],
      [{ tool_calls: [{ function: { name: 'f', arguments: '{"a"' } }] }, ['f{"a"']],
      [{ tool_calls: [{ index: 0 }] }, []],
      [{ function_call: { arguments: 'x' } }, ['x']],
      [{ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }] }, ['hm']],
    ];
    for (const [delta, texts] of deltas) {
      const stream = open();
      pushAll(stream, chunk(delta));
      expect([stream.sawOutput, stream.deliveredTexts()]).toEqual([texts !== undefined, texts ?? []]);
    }
  });

  test('is gathered choice by choice', () => {
    const stream = open();
    pushAll(
      stream,
      chunk({ content: 'a' }, null, 0),
      chunk({ content: 'x' }, null, 5),
      chunk({ content: 'b' }, null, 0),
    );
    pushAll(stream, chunk({ content: 'y' }, 'stop', 5));
    expect(stream.deliveredTexts()).toEqual(['ab', 'x']);
    expect(stream.answerTexts()).toEqual(['ab', 'xy']);
  });

  test('of a stream of plain text is its text', () => {
    const stream = open('text');
    pushAll(stream, event({ choices: [{ index: 0, text: 'once' }] }));
    expect(stream.deliveredTexts()).toEqual(['once']);
  });

  test('that nests parts for their own sake exhausts nothing', () => {
    const stream = open();
    const deep = `${'[{"text":'.repeat(50_000)}"x"${'}]'.repeat(50_000)}`;
    pushAll(stream, event(`{"choices":[{"delta":{"content":${deep}}}]}`));
    expect(stream.broken).toBeUndefined();
    expect(stream.sawOutput).toBe(false);
  });
});

describe('the end of a stream', () => {
  test('is [DONE]; nothing behind it is relayed or counted', () => {
    const stream = open();
    expect(pushAll(stream, `${content('a')}data:[DONE]\n\n${content('b')}`, content('c'))).toEqual([
      content('a'),
      '',
    ]);
    expect(stream.done).toBe(true);
    expect(stream.answerTexts()).toEqual(['a']);
  });

  test('may lack its empty line when the upstream closes', () => {
    for (const cut of ['', '\n', '\r', '\r\n\r']) {
      const stream = open();
      pushAll(stream, `data: {"choices":[{"finish_reason":"stop"}]}${cut}`);
      expect(stream.sawFinish).toBe(false);
      expect(stream.end()).toBeNull();
      expect(stream.finishHeld).toBe(true);
    }
    expect(open().end()).toBeNull();
  });

  test('in the middle of a chunk is a broken stream', () => {
    const stream = open();
    pushAll(stream, `${content('a')}data: {"choices":[{"del`);
    expect(stream.end()).toBeNull();
    expect(stream.broken).toBe('bad_json');
  });

  test('is an error event, which is not relayed, nor is what follows', () => {
    const errors: [string, unknown][] = [
      [event({ error: { message: 'out of memory' } }), { message: 'out of memory' }],
      [event({ error: 'busy', choices: [{ delta: { content: 'x' } }] }), 'busy'],
      ['event: error\ndata: {"message":"gone"}\n\n', { message: 'gone' }],
      ['event: error\ndata: gone\n\n', 'gone'],
    ];
    for (const [text, error] of errors) {
      const stream = open();
      expect(pushAll(stream, text, content('b'))).toEqual(['', '']);
      expect(stream).toMatchObject({ errorEvent: { error }, sawData: false, sawOutput: false });
    }
    const stream = open();
    pushAll(stream, event({ error: null, choices: [{ delta: { content: 'x' } }] }));
    expect(stream.errorEvent).toBeUndefined();
  });

  test('is data that is not JSON; what came before it is handed out', () => {
    const stream = open();
    expect(pushAll(stream, `${content('a')}data: {oops}\n\n${content('b')}`, content('c'))).toEqual([
      content('a'),
      '',
    ]);
    expect(stream.broken).toBe('bad_json');
  });

  test('is an event larger than 8 MiB, with or without an end, of one line or of many', () => {
    const size = 8 * 1024 * 1024;
    const endless = open();
    const piece = Buffer.alloc(1024 * 1024, 0x61);
    endless.push(Buffer.from('data: "'));
    for (let sent = 0; sent < 9; sent += 1) endless.push(piece);
    expect(endless.broken).toBe('event_too_large');
    const whole = open();
    expect(whole.push(Buffer.from(`data: "${'a'.repeat(size)}"\n\n`))).toBeNull();
    expect(whole.broken).toBe('event_too_large');
    const lines = open();
    lines.push(Buffer.from(`${'data:\n'.repeat(20_000)}\n`));
    expect(lines.broken).toBe('event_too_large');
  });

  test('has begun once there was data; a comment is no beginning', () => {
    const stream = open();
    pushAll(stream, ': queued\n\n');
    expect(stream.sawData).toBe(false);
    pushAll(stream, ROLE);
    expect(stream).toMatchObject({ sawData: true, sawOutput: false });
  });

  test('without a beginning is no answer', () => {
    const stream = open();
    pushAll(stream, 'data: [DONE]\n\n');
    expect(stream).toMatchObject({ done: true, sawData: false });
  });
});
