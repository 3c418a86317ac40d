import {
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  Logger,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { ROUTE_MARK, type RouteMark } from '#http';
import { accountErrors } from './accounts.errors.js';
import { KeyAuthenticator } from './key-authenticator.js';
import { type KeySnapshot, requireScope } from './key-snapshot.js';

interface RequestWithKey extends Request {
  key?: KeySnapshot;
}

/** Stands before every route and lets in whom its mark names; a route nobody marked lets in nobody. */
@Injectable()
export class KeyGuard implements CanActivate {
  private readonly logger = new Logger(KeyGuard.name);

  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: KeyAuthenticator,
  ) {}

  /** @throws DomainError as `KeyAuthenticator.authenticate`, `scope_missing`, `not_signed_in` (401), `not_found` (404) */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const mark = this.reflector.getAllAndOverride<RouteMark | undefined>(ROUTE_MARK, [
      context.getHandler(),
      context.getClass(),
    ]);
    const request = context.switchToHttp().getRequest<RequestWithKey>();
    switch (mark?.kind) {
      case 'public':
        return true;
      case 'key': {
        const key = await this.authenticator.authenticate(request.headers);
        if (mark.scope !== 'any') requireScope(key, mark.scope);
        request.key = key;
        return true;
      }
      case 'session':
      case 'member':
        // Nobody can sign in yet, so nobody has.
        throw accountErrors.notSignedIn();
      case 'operator':
        throw accountErrors.nothingHere();
      default:
        this.logger.error(
          `${context.getClass().name}.${context.getHandler().name} has no route mark and is refused to everybody`,
        );
        throw accountErrors.nothingHere();
    }
  }
}

/** The key of the request, in a handler of a route marked with `@Key`. */
export const CurrentKey = createParamDecorator((_data: unknown, context: ExecutionContext): KeySnapshot => {
  const { key } = context.switchToHttp().getRequest<RequestWithKey>();
  if (!key) throw new Error(`${context.getHandler().name} asks for a key and is not marked with @Key`);
  return key;
});
