import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countInSlices, countPromptTokens, countTokens } from './token-counter.js';

/** Counts pieces by length; each costs `pieceMilliseconds` of a clock that only it moves. */
async function observe(texts: string[], pieceMilliseconds: number) {
  const pieces: string[] = [];
  const sliceMilliseconds: number[] = [];
  let now = 0;
  let sliceStart = 0;
  await countInSlices(texts, {
    countPiece: (piece) => {
      pieces.push(piece);
      now += pieceMilliseconds;
      return piece.length;
    },
    nowMilliseconds: () => now,
    pause: () => {
      sliceMilliseconds.push(now - sliceStart);
      now += 50;
      sliceStart = now;
      return Promise.resolve();
    },
  });
  return { pieces, sliceMilliseconds };
}

describe('counting tokens', () => {
  test('of a 200 KB run of one letter lets other requests in after every millisecond', async () => {
    const { pieces, sliceMilliseconds } = await observe(['a'.repeat(200_000)], 0.45);
    expect(pieces).toHaveLength(Math.ceil(200_000 / 512));
    expect(Math.max(...pieces.map((piece) => piece.length))).toBe(512);
    expect(Math.max(...sliceMilliseconds)).toBeLessThanOrEqual(1);
    expect(sliceMilliseconds.length).toBeGreaterThanOrEqual(Math.floor(pieces.length / 2));
  });

  test('gives way between many short texts as well', async () => {
    const { sliceMilliseconds } = await observe(Array<string>(100).fill('hi'), 0.5);
    expect(sliceMilliseconds).toHaveLength(50);
  });

  test('cuts any text into pieces that are that text again, never through a character', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a', '😀', 'é', 'x'.repeat(511)), { maxLength: 40 }),
        async (parts) => {
          const text = parts.join('');
          const { pieces } = await observe([text], 0);
          expect(pieces.join('')).toBe(text);
          expect(pieces.every((piece) => piece.isWellFormed() && piece.length <= 512)).toBe(true);
        },
      ),
    );
  });

  test('of many texts at once takes one slice a turn of the event loop, each in its turn', async () => {
    let turn = 0;
    let counting = true;
    const tick = () => {
      turn += 1;
      if (counting) setImmediate(tick);
    };
    setImmediate(tick);
    const countersOf = new Map<number, Set<number>>();
    function* lettersFor(counter: number): Iterable<string> {
      for (let i = 0; i < 10; i++) {
        countersOf.set(turn, (countersOf.get(turn) ?? new Set()).add(counter));
        yield 'a'.repeat(5_000);
      }
    }
    const counts = await Promise.all(
      Array.from({ length: 6 }, (_, counter) => countTokens(lettersFor(counter))),
    );
    counting = false;
    expect(new Set(counts).size).toBe(1);
    expect([...countersOf.values()].filter(({ size }) => size > 1)).toEqual([]);
    const order = [...countersOf.values()].map((counters) => [...counters][0]);
    expect(new Set(order.slice(0, 12)).size).toBe(6);
  });

  test('is o200k_base', async () => {
    expect(await countTokens(['hello world'])).toBe(2);
    expect(await countTokens(['a'.repeat(512)])).toBe(64);
    expect(await countTokens([])).toBe(0);
  });

  test('stops where it no longer matters how many more there are', async () => {
    let read = 0;
    function* endless(): Iterable<string> {
      for (;;) {
        read += 1;
        yield 'hello world';
      }
    }
    expect(await countTokens(endless(), 100)).toBe(100);
    expect(read).toBe(50);
    expect(await countTokens(['hello world'], 100)).toBe(2);
    const prompt = { promptTexts: endless, tokenIdCount: 0, messageCount: 1, imageCount: 0 };
    expect(await countPromptTokens(prompt, { tokensPerImage: 0, most: 10 })).toBe(14);
  });

  test('takes text that looks like a control token for text', async () => {
    expect(await countTokens(['<|endoftext|>'])).toBe(7);
  });

  test('of a prompt adds 4 a message, tokens that came as such and the allowance of each image', async () => {
    const tokens = await countPromptTokens(
      { promptTexts: () => ['hello world', 'hello'], tokenIdCount: 7, messageCount: 3, imageCount: 1 },
      { tokensPerImage: 2048 },
    );
    expect(tokens).toBe(2 + 1 + 7 + 3 * 4 + 2048);
  });
});
