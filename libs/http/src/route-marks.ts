import { SetMetadata } from '@nestjs/common';

/** Who may call a route. A route without a mark is refused. */
export type RouteMark =
  | { kind: 'public' }
  /** An API key with the given scope; `any`: whatever the key may do. */
  | { kind: 'key'; scope: KeyScope | 'any' }
  | { kind: 'session' }
  | { kind: 'operator' };

export const KEY_SCOPES = ['inference', 'account:read'] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

export const ROUTE_MARK = 'route-mark';

const mark = (value: RouteMark) => SetMetadata(ROUTE_MARK, value);

/** Anybody may call it. */
export const Public = () => mark({ kind: 'public' });
/** Needs an API key; cookies are ignored. */
export const Key = (scope: KeyScope | 'any') => mark({ kind: 'key', scope });
/** Needs a signed-in person; keys are ignored. */
export const Session = () => mark({ kind: 'session' });
/** Needs a signed-in operator; anybody else gets 404. */
export const Operator = () => mark({ kind: 'operator' });
