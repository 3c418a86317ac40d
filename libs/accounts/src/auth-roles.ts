import { createAccessControl } from 'better-auth/plugins/access';
import {
  adminAc as operatorStatements,
  defaultStatements as peopleStatements,
  userAc,
} from 'better-auth/plugins/admin/access';
import { adminAc, defaultStatements, ownerAc } from 'better-auth/plugins/organization/access';

/** What a member may be in an account, most powerful first. The database refuses any other. */
export const MEMBER_ROLES = ['owner', 'admin', 'developer', 'billing', 'viewer'] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

export const memberAccess = createAccessControl(defaultStatements);

/** Only owners and admins change the account's people; what the others may do elsewhere is their module's rule. */
const bystander = () => memberAccess.newRole({ organization: [], member: [], invitation: [], team: [] });

export const memberRoles: Record<MemberRole, ReturnType<typeof memberAccess.newRole>> = {
  owner: memberAccess.newRole(ownerAc.statements),
  admin: memberAccess.newRole(adminAc.statements),
  developer: bystander(),
  billing: bystander(),
  viewer: bystander(),
};

export const peopleAccess = createAccessControl(peopleStatements);

/** better-auth's admin is our operator: `admin` is a member's role in an account. */
export const peopleRoles = {
  user: peopleAccess.newRole(userAc.statements),
  operator: peopleAccess.newRole(operatorStatements.statements),
};
