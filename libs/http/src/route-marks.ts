import { SetMetadata } from '@nestjs/common';

/** Who may call a route. A route without a mark is refused. */
export type RouteMark =
  | { kind: 'public' }
  /** An API key with the given scope; `any`: whatever the key may do. */
  | { kind: 'key'; scope: KeyScope | 'any' }
  | { kind: 'session' }
  /** A signed-in person whose role in the active account has this right. */
  | { kind: 'member'; right: MemberRight }
  | { kind: 'operator' };

export const KEY_SCOPES = ['inference', 'account:read'] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

/** What a role lets a member of an account do. Which role has which stands in accounts. */
export const MEMBER_RIGHTS = [
  'account:read',
  'account:write',
  'account:delete',
  'usage:read',
  'keys:read',
  'keys:write',
  'playground:use',
  'billing:read',
  'billing:write',
  'alerts:read',
  'alerts:write',
  'team:read',
  'team:write',
] as const;
export type MemberRight = (typeof MEMBER_RIGHTS)[number];

export const ROUTE_MARK = 'route-mark';

const mark = (value: RouteMark) => SetMetadata(ROUTE_MARK, value);

/** Anybody may call it. */
export const Public = () => mark({ kind: 'public' });
/** Needs an API key; cookies are ignored. */
export const Key = (scope: KeyScope | 'any') => mark({ kind: 'key', scope });
/** Needs a signed-in person; keys are ignored. */
export const Session = () => mark({ kind: 'session' });
/** Needs a signed-in member of an account whose role has the right; keys are ignored. */
export const Member = (right: MemberRight) => mark({ kind: 'member', right });
/** Needs a signed-in operator; anybody else gets 404. */
export const Operator = () => mark({ kind: 'operator' });
