import { expect, it } from '@jest/globals';
import { displayOf, hashKey, hasValidChecksum, isUsablePrefix, makeKey } from './key-format.js';

it('a key carries at least 160 random bits, no two are alike, and its prefix is the one asked for', () => {
  const keys = Array.from({ length: 2000 }, () => makeKey('sk_llmr_'));
  expect(new Set(keys).size).toBe(2000);
  for (const key of keys) expect(key).toMatch(/^sk_llmr_[0-9A-Za-z]{38}$/);
  expect(32 * Math.log2(62)).toBeGreaterThan(160);
});

it('no character of a key is likelier than another', () => {
  const counts = new Map<string, number>();
  const text = Array.from({ length: 4000 }, () => makeKey('').slice(0, 32)).join('');
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const expected = text.length / 62;
  expect(counts.size).toBe(62);
  // Six standard deviations: about one run in ten million is unlucky.
  for (const count of counts.values()) {
    expect(Math.abs(count - expected)).toBeLessThan(6 * Math.sqrt(expected));
  }
});

it('a key is checked whatever the prefix it was made with', () => {
  for (const prefix of ['sk_llmr_', 'sk-', 'acme_live_', 'x']) {
    expect(hasValidChecksum(makeKey(prefix))).toBe(true);
  }
});

it('every single mistyped character and every swap of neighbours is noticed, in the prefix too', () => {
  const key = makeKey('sk_llmr_');
  const broken: string[] = [];
  for (let at = 0; at < key.length; at++) {
    for (const other of ['0', 'O', 'l', '_', 'z']) {
      if (key[at] !== other) broken.push(key.slice(0, at) + other + key.slice(at + 1));
    }
    if (at > 0 && key[at] !== key[at - 1]) {
      broken.push(key.slice(0, at - 1) + key[at] + key[at - 1] + key.slice(at + 1));
    }
    broken.push(key.slice(0, at), key.slice(0, at) + key.slice(at + 1));
  }
  expect(broken.filter(hasValidChecksum)).toEqual([]);
});

it.each([
  '',
  'sk_llmr_',
  'x'.repeat(10_000),
  `sk_llmr_${'é'.repeat(38)}`,
  `${makeKey('a')} `,
  `${makeKey('a')}\n`,
])('text that is no key is not taken for one (%#)', (text) => {
  expect(hasValidChecksum(text)).toBe(false);
});

it('what is kept and what is shown do not give the key away', () => {
  const key = makeKey('sk_llmr_');
  expect(hashKey(key)).toHaveLength(32);
  expect(displayOf(key)).toBe(`sk_llmr_…${key.slice(-4)}`);
});

it('a prefix that a header or the check would not take is refused', () => {
  expect(isUsablePrefix('sk_llmr_')).toBe(true);
  for (const prefix of ['', 'sk ', 'schlüssel_', 'a'.repeat(41)]) expect(isUsablePrefix(prefix)).toBe(false);
});
