import { describe, expect, it } from '@jest/globals';
import { type AnswerPart, readAnswer } from './answer-stream.js';

async function read(text: string, size: number): Promise<AnswerPart[]> {
  const bytes = new TextEncoder().encode(text);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });
  const parts: AnswerPart[] = [];
  for await (const part of readAnswer(body)) parts.push(part);
  return parts;
}

const STREAM = [
  ': keep-alive',
  'data: {"choices":[{"delta":{"role":"assistant","content":""}}]}',
  'data: {"choices":[{"delta":{"reasoning":"hm"}}]}',
  'data: {"choices":[{"delta":{"content":"مرحبا "}}]}',
  'data: {"choices":[{"delta":{"content":"🙂"}}]}',
  'data: {"choices":[],"usage":{"prompt_tokens":4,"completion_tokens":2,"credits":3.125}}',
  'data: [DONE]',
  '',
].join('\n\n');

describe('a streamed answer', () => {
  it('comes out the same wherever the network cuts it', async () => {
    const whole = await read(STREAM, 10_000);
    expect(whole).toEqual([
      { kind: 'thinking', text: 'hm' },
      { kind: 'text', text: 'مرحبا ' },
      { kind: 'text', text: '🙂' },
      { kind: 'usage', promptTokens: 4, completionTokens: 2, credits: 3.125 },
    ]);
    for (const size of [1, 2, 3, 7]) expect(await read(STREAM, size)).toEqual(whole);
  });

  it('says what failed when it breaks off', async () => {
    const parts = await read('data: {"error":{"message":"The upstream broke off."}}\n\ndata: [DONE]\n\n', 50);
    expect(parts).toEqual([{ kind: 'failed', message: 'The upstream broke off.' }]);
  });
});
