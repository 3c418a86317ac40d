import { MEMBER_RIGHTS, type MemberRight } from '#http';
import { accountErrors } from './accounts.errors.js';
import type { MemberRole } from './auth-roles.js';

const all = (...but: MemberRight[]) => MEMBER_RIGHTS.filter((right) => !but.includes(right));

/** What each role may do. The one place. That an admin may not touch an owner is the team's own rule. */
export const RIGHTS_OF_ROLE: Record<MemberRole, readonly MemberRight[]> = {
  owner: all(),
  admin: all('account:delete'),
  developer: [
    'account:read',
    'usage:read',
    'keys:read',
    'keys:write',
    'playground:use',
    'alerts:read',
    'team:read',
  ],
  billing: [
    'account:read',
    'usage:read',
    'billing:read',
    'billing:write',
    'alerts:read',
    'alerts:write',
    'team:read',
  ],
  viewer: ['account:read', 'usage:read', 'keys:read', 'billing:read', 'alerts:read', 'team:read'],
};

/** A right as a sentence ends. */
const WORDS: Record<MemberRight, string> = {
  'account:read': 'see this account',
  'account:write': "change this account's settings",
  'account:delete': 'close this account',
  'usage:read': "see this account's usage",
  'keys:read': "see this account's keys",
  'keys:write': 'create, change or revoke keys',
  'playground:use': "spend this account's credits in the playground",
  'billing:read': "see this account's billing",
  'billing:write': "change this account's billing",
  'alerts:read': "see this account's alerts",
  'alerts:write': "change this account's alerts",
  'team:read': "see this account's team",
  'team:write': "change this account's team",
};

/** @throws DomainError `right_missing` (403), in plain words */
export function requireRight(role: MemberRole, right: MemberRight): void {
  if (!RIGHTS_OF_ROLE[role].includes(right)) throw accountErrors.rightMissing(role, WORDS[right]);
}
