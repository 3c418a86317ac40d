import fc from 'fast-check';

/** One member of a JSON object as text, with the white space around its parts: a test knows every byte it wrote. */
export interface Member {
  name: string;
  key: string;
  value: string;
  space: readonly [string, string, string, string];
}

const whiteSpace = fc.constantFrom('', '', '', ' ', '\n', '\t ', '\r\n  ');
const oneLineSpace = fc.constantFrom('', '', ' ', '\t', '  ');
const hardValues = fc.constantFrom(
  '12345678901234567890',
  '-0.10e+5',
  '"\\u00e9\\ud83d\\ude00\\/\\b"',
  '"é😀 } ] , : \\\\"',
  '"\\\\\\""',
  '{"model":"inner","usage":{"credits":1},"max_tokens":[{}]}',
  '[[],{},[{"a":[]}]]',
  'null',
  'true',
);

/** Text of any JSON value: large integers, escapes, characters of several bytes, nested objects with our field names. */
export const valueText = fc.oneof(
  hardValues,
  fc.json({ maxDepth: 3 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }).map((text) => JSON.stringify(text)),
);

/** A member no part of the product knows. */
export const unknownMember: fc.Arbitrary<Member> = fc
  .tuple(fc.string({ unit: 'grapheme', maxLength: 12 }), valueText)
  .chain(([name, value]) => member(`x ${name}`, value));

/** A member with that name and value, with arbitrary white space; `lines: 'one'` leaves out line ends. */
export function member(name: string, value: string, lines: 'one' | 'many' = 'many'): fc.Arbitrary<Member> {
  const space = lines === 'one' ? oneLineSpace : whiteSpace;
  return fc
    .tuple(space, space, space, space)
    .map((spaces) => ({ name, key: JSON.stringify(name), value, space: spaces }));
}

export function objectText(members: readonly Member[]): string {
  const texts = members.map(({ key, value, space: [a, b, c, d] }) => `${a}${key}${b}:${c}${value}${d}`);
  return `{${texts.join(',')}}`;
}

/** The members with the value of one replaced by what `change` makes of it. */
export function withValue(
  members: readonly Member[],
  name: string,
  change: (value: string) => string,
): Member[] {
  return members.map((one) => (one.name === name ? { ...one, value: change(one.value) } : one));
}
