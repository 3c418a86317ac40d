import type { Me, Role } from './api/session';
import type { TeamMember } from './api/team';

const ROLES: readonly Role[] = ['owner', 'admin', 'developer', 'billing', 'viewer'];

/** Roles this person may give to others, most powerful first; none for whoever may not change the team. */
export function grantableRoles(active: Me['active']): Role[] {
  if (!active?.rights.includes('team:write')) return [];
  const mayMakeOwners = active.role === 'owner' && active.kind === 'team';
  return ROLES.filter((role) => role !== 'owner' || mayMakeOwners);
}

export type MemberStep = 'role' | 'remove' | 'leave';

/** What may be done with one member. The API decides; this only keeps from offering what it would refuse. */
export function stepsFor(member: TeamMember, account: NonNullable<Me['active']>): MemberStep[] {
  const { rights, role, kind } = account;
  const mayChange = rights.includes('team:write') && (member.role !== 'owner' || role === 'owner');
  const isFixed = kind === 'personal' && member.role === 'owner';
  if (isFixed) return [];
  if (member.isYou) return mayChange ? ['role', 'leave'] : ['leave'];
  return mayChange ? ['role', 'remove'] : [];
}
