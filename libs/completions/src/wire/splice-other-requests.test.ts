import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRequest } from './endpoints.js';
import type { Endpoint } from './metered-request.js';
import { spliceRequest } from './splice-request.js';
import { type Member, member, objectText, unknownMember, withValue } from './testing/json-members.js';

const INPUTS = ['"grüß 😀 \\u00e9 \\"model\\":\\"x\\" {[,"', '[ "a" ,\n"b"]', '[1, 2,3 ]', '[[1],[2 , 3]]'];

/** A body with that field in any of its forms, these members, and some nobody knows, in any order. */
function bodyWith(field: 'prompt' | 'input', ...more: fc.Arbitrary<Member | null>[]): fc.Arbitrary<Member[]> {
  return fc
    .tuple(
      fc.constantFrom('"cheap"', '"ch\\u0065ap/x:1b"', '"型"').chain((value) => member('model', value)),
      fc.constantFrom(...INPUTS).chain((value) => member(field, value)),
      fc.array(unknownMember, { maxLength: 4 }),
      ...more,
    )
    .map(([model, input, unknown, ...rest]) =>
      [model, input, ...unknown, ...(rest as (Member | null)[])].filter((one) => one !== null),
    )
    .chain((members) => fc.shuffledSubarray(members, { minLength: members.length }));
}

const optional = (name: string, ...values: string[]): fc.Arbitrary<Member | null> =>
  fc.option(fc.constantFrom(...values).chain((value) => member(name, value)));

function splice(endpoint: Endpoint, text: string, how: { maxOutputTokens?: number; ask?: 'usage' }): string {
  return spliceRequest(parseRequest(endpoint, Buffer.from(text)), {
    model: 'dear',
    maxOutputTokens: how.maxOutputTokens,
    limitNames: 'max_tokens',
    askUsage: how.ask === 'usage',
  }).toString('utf8');
}

describe('the bytes that go upstream', () => {
  test('of embeddings are the caller’s own but for the model: there is no limit to send', () => {
    const body = bodyWith(
      'input',
      optional('encoding_format', '"base64"', '"float"', 'null'),
      optional('dimensions', '256', 'null'),
      optional('max_tokens', '12345678901234567890', '"many"'),
    );
    fc.assert(
      fc.property(body, (members) => {
        const wanted = objectText(withValue(members, 'model', () => '"dear"'));
        expect(splice('embeddings', objectText(members), {})).toBe(wanted);
      }),
      { numRuns: 300 },
    );
  });

  test('of a completion are the caller’s own but for model, output limit and the wish for usage', () => {
    const body = bodyWith(
      'prompt',
      member('stream', 'true'),
      optional('max_tokens', '0', '500', 'null', '1e3'),
      optional('echo', 'true'),
      optional('best_of', '2'),
    );
    fc.assert(
      fc.property(body, fc.constantFrom(0, 16), (members, limit) => {
        const result = splice('completions', objectText(members), { maxOutputTokens: limit, ask: 'usage' });
        const has = members.some(({ name }) => name === 'max_tokens');
        const inserted = `${has ? '' : `,"max_tokens":${limit}`},"stream_options":{"include_usage":true}`;
        const limited = withValue(members, 'max_tokens', () => String(limit));
        expect(result).toBe(objectText(withValue(limited, 'model', () => `"dear"${inserted}`)));
        expect(() => JSON.parse(result)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});
