import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import type { Right } from './api/session';
import { AREAS, levelOf } from './role-levels';

it('a role is shown with the most it may do in an area', () => {
  const rights: Right[] = ['account:read', 'account:write', 'account:delete', 'keys:read', 'playground:use'];
  expect(AREAS.map((area) => levelOf(rights, area))).toEqual([
    'none',
    'see',
    'change',
    'none',
    'none',
    'none',
    'close',
  ]);
});

it('every right the API knows belongs to an area that is shown', () => {
  const document = JSON.parse(readFileSync(`${import.meta.dirname}/api/generated/openapi.json`, 'utf8'));
  const rights: string[] = document.components.schemas.MemberRight.enum;
  expect(rights.length).toBeGreaterThan(10);
  for (const right of rights) expect(AREAS).toContain(right.split(':')[0]);
});
