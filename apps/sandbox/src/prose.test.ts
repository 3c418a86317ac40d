import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countTokens } from 'gpt-tokenizer/encoding/cl100k_base';
import { countTokens as countElsewhere } from 'gpt-tokenizer/encoding/o200k_base';
import { hashOf, proseOf, proseOfLength } from './prose.js';
import { loadTokenizer } from './tokens.js';

describe('the sandbox’s prose', () => {
  it('has exactly one cl100k token a piece, so that tokens=N is N', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 700 }), (seed, tokens) => {
        const pieces = proseOfLength(seed, tokens);
        expect(pieces).toHaveLength(tokens);
        expect(countTokens(pieces.join(''))).toBe(tokens);
      }),
      { numRuns: 50 },
    );
  });

  it('counts differently with the product’s own tokenizer, so that a counted charge is told from a reported one', () => {
    const pieces = proseOfLength(1, 1000);
    expect(countElsewhere(pieces.join(''))).not.toBe(1000);
  });

  it('is the same for the same prompt, says that it is a sandbox, and stays under 150 tokens', () => {
    fc.assert(
      fc.property(fc.string(), (prompt) => {
        const pieces = proseOf(hashOf(prompt));
        expect(pieces).toEqual(proseOf(hashOf(prompt)));
        expect(pieces.join('')).toMatch(/^This is a sandbox answer/);
        expect(pieces.length).toBeLessThan(150);
      }),
    );
  });
});

describe('the tokenizer', () => {
  it('is not stalled by a long run of one letter', async () => {
    // Unsplit, this takes ten minutes: merging is quadratic.
    expect((await loadTokenizer()).count('a'.repeat(1_000_000))).toBe(125_000);
  });

  it('splits any text into pieces that join to it, and takes special tokens for plain text', async () => {
    const tokenizer = await loadTokenizer();
    for (const text of ['<|endoftext|>', 'مرحبا بالعالم', '👩‍👩‍👧 family', '{"city":"Kuwait"}']) {
      const pieces = tokenizer.split(text);
      expect(pieces.join('')).toBe(text);
      expect(pieces).toHaveLength(tokenizer.count(text));
    }
  });
});
