import { describe, expect, it } from '@jest/globals';
import type { Me, Right, Role } from './api/session';
import type { TeamMember } from './api/team';
import { grantableRoles, stepsFor } from './team-rules';

type Active = NonNullable<Me['active']>;

const account = (role: Role, kind: Active['kind'] = 'team'): Active => ({
  id: 'acc_1',
  name: 'Engines',
  kind,
  role,
  rights: (role === 'owner' || role === 'admin' ? ['team:read', 'team:write'] : ['team:read']) as Right[],
  suspendedAt: null,
  createdAt: '2026-11-01T00:00:00Z',
});
const member = (role: Role, isYou = false): TeamMember => ({
  userId: 'usr_1',
  name: 'Ada',
  email: 'ada@example.com',
  role,
  joinedAt: '2026-11-01T00:00:00Z',
  isYou,
});

describe('what a person is offered on the team page', () => {
  it('only an owner of a team makes owners', () => {
    expect(grantableRoles(account('owner'))).toContain('owner');
    expect(grantableRoles(account('owner', 'personal'))).not.toContain('owner');
    expect(grantableRoles(account('admin'))).toEqual(['admin', 'developer', 'billing', 'viewer']);
    expect(grantableRoles(account('viewer'))).toEqual([]);
  });

  it('nobody but an owner touches an owner, and everybody may leave', () => {
    expect(stepsFor(member('owner'), account('owner'))).toEqual(['role', 'remove']);
    expect(stepsFor(member('owner'), account('admin'))).toEqual([]);
    expect(stepsFor(member('viewer'), account('admin'))).toEqual(['role', 'remove']);
    expect(stepsFor(member('viewer', true), account('viewer'))).toEqual(['leave']);
  });

  it('the owner of a personal account stays it', () => {
    expect(stepsFor(member('owner', true), account('owner', 'personal'))).toEqual([]);
  });
});
