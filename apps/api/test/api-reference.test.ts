import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ERROR_RESPONSES } from '#http';

const root = join(import.meta.dirname, '..', '..', '..');

/** What only people at a browser meet, or the command line. */
const NOT_FOR_PROGRAMS = new Set([
  'not_signed_in',
  'right_missing',
  'forged_origin',
  'two_factor_required',
  'sign_up_closed',
  'conflict',
  'limit_reached',
  'exists_with_different_amount',
]);
const statuses = Object.entries(ERROR_RESPONSES)
  .filter(([code]) => !NOT_FOR_PROGRAMS.has(code))
  .map(([code, { status }]): [string, number] => [code, status])
  .sort();

describe('every code that a program can meet is in the reference, with its status', () => {
  it('on the page', () => {
    const page = readFileSync(join(root, 'apps/dashboard/lib/api-errors.json'), 'utf8');
    expect(Object.entries(JSON.parse(page)).sort()).toEqual(statuses);
  });

  it('in the documents', () => {
    const text = readFileSync(join(root, 'docs/api.md'), 'utf8');
    const rows = [...text.matchAll(/^\| (\d{3}) \| (.+) \|$/gm)].flatMap(([, status, codes]) =>
      [...codes!.matchAll(/`([a-z_]+)`/g)].map(([, code]): [string, number] => [code!, Number(status)]),
    );
    expect(rows.filter(([code]) => code !== 'metadata').sort()).toEqual(statuses);
  });
});
