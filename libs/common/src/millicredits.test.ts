import { randomInt } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { formatMilli, priceMillicredits, toCredits, toMilli } from './millicredits.js';

const CASES = 20_000;

/** A decimal number as numerator over a power of ten: exact, and nothing of the code under test in it. */
function rational(decimal: string): { numerator: bigint; denominator: bigint } {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return { numerator: BigInt(whole + fraction), denominator: 10n ** BigInt(fraction.length) };
}

function equal(a: { numerator: bigint; denominator: bigint }, b: typeof a): boolean {
  return a.numerator * b.denominator === b.numerator * a.denominator;
}

/** A linear congruential generator with a printed seed: one seed, one run. */
function randomFrom(seed: number): (below: number) => number {
  let state = BigInt(seed);
  return (below) => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & ((1n << 64n) - 1n);
    return Number((state >> 33n) % BigInt(below));
  };
}

describe('the price of a request', () => {
  it.each([
    { tokens: 157, multiplier: 0.5, credits: 78.5 },
    { tokens: 1_000, multiplier: 1.5, credits: 1_500 },
    { tokens: 0, multiplier: 1_000, credits: 0 },
    { tokens: 1, multiplier: 0.001, credits: 0.001 },
    { tokens: 2_000_000, multiplier: 1_000, credits: 2_000_000_000 },
  ])('of $tokens tokens at $multiplier is $credits credits', ({ tokens, multiplier, credits }) => {
    const price = priceMillicredits({
      promptTokens: tokens - Math.floor(tokens / 3),
      completionTokens: Math.floor(tokens / 3),
      multiplierMilli: toMilli(multiplier),
    });
    expect(toCredits(price)).toBe(credits);
    expect(formatMilli(price)).toBe(String(credits));
  });

  it.each([7, randomInt(1, 2 ** 31)])(
    `equals exact rational arithmetic in ${CASES} random cases (seed %d)`,
    (seed) => {
      const random = randomFrom(seed);
      for (let i = 0; i < CASES; i++) {
        const thousandths = random(4) === 0 ? random(1_000) + 1 : random(1_000_000) + 1;
        const multiplier = `${Math.floor(thousandths / 1000)}.${String(thousandths % 1000).padStart(3, '0')}`;
        const promptTokens = random(random(3) === 0 ? 2_000_000 : 5_000);
        const completionTokens = random(random(3) === 0 ? 200_000 : 5_000);
        const price = priceMillicredits({
          promptTokens,
          completionTokens,
          multiplierMilli: toMilli(multiplier),
        });
        const tokens = BigInt(promptTokens) + BigInt(completionTokens);
        const { numerator, denominator } = rational(multiplier);
        const oracle = { numerator: tokens * numerator, denominator };
        if (
          !equal(rational(formatMilli(price)), oracle) ||
          !equal(rational(String(toCredits(price))), oracle)
        ) {
          throw new Error(`seed ${seed}: ${tokens} tokens at ${multiplier} came to ${price} millicredits`);
        }
        // The same multiplier as the number a JSON file or form would carry.
        if (toMilli(Number(multiplier)) !== BigInt(thousandths))
          throw new Error(`seed ${seed}: ${multiplier}`);
      }
    },
  );
});

describe('millicredits', () => {
  it('survive the way to text and back', () => {
    for (const milli of [0n, 1n, 10n, 999n, 1_000n, 1_001n, 78_500n, -1n, -500n, -1_000n, 2n ** 62n]) {
      expect(toMilli(formatMilli(milli))).toBe(milli);
    }
  });

  it('survive the way to a JSON number and back, below 2^43 credits', () => {
    for (const milli of [
      0n,
      1n,
      333n,
      78_500n,
      1_234_567_891n,
      2n ** 43n * 1000n - 1n,
      2n ** 43n * 1000n - 999n,
    ]) {
      const wire = JSON.stringify(toCredits(milli));
      expect(wire).toMatch(/^\d+(\.\d{1,3})?$/);
      expect(toMilli(wire)).toBe(milli);
    }
  });

  it('are written without trailing zeros and with the sign in front', () => {
    expect([1_500n, 1_050n, 1_000n, 5n, -5n, -1_500n, 0n].map(formatMilli)).toEqual([
      '1.5',
      '1.05',
      '1',
      '0.005',
      '-0.005',
      '-1.5',
      '0',
    ]);
  });

  it.each([0.0001, 1.2345, 0.1 + 0.2, 1e-7, 1e21, Number.NaN, Infinity, -Infinity])(
    'are not made of the number %d, which has more than three decimals or no exact value',
    (bad) => expect(() => toMilli(bad)).toThrow(RangeError),
  );

  it.each([
    '',
    ' ',
    '.',
    '1.',
    '.5',
    '1,5',
    '1e3',
    '0x10',
    '1.2345',
    '--1',
    '+1',
    '1 000',
    '١',
    'NaN',
    '1.5\n2',
  ])('are not made of the text %j', (bad) => expect(() => toMilli(bad)).toThrow(RangeError));
});
