import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { PLANTED_DEFECTS } from './planted-defects.ts';

const build = new URL('../../dist/', import.meta.url);

describe('planted defects fit the product as it is built', () => {
  it.each(
    Object.entries(PLANTED_DEFECTS).flatMap(([scenario, patches]) =>
      patches.map((patch) => ({ scenario, ...patch })),
    ),
  )('$scenario: $file', ({ file, find, replace }) => {
    const text = readFileSync(new URL(file, build), 'utf8');
    expect(text.split(find)).toHaveLength(2);
    expect(replace).not.toBe(find);
  });
});
