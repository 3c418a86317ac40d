import {
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
  Logger,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { ROUTE_MARK, type RouteMark, requireSameOrigin } from '#http';
import { accountErrors } from './accounts.errors.js';
import { ACCOUNTS_SETTINGS, type AccountsSettings } from './accounts.settings.js';
import type { Member, Person, RequestOfPerson } from './current-member.js';
import { MembersRepository } from './identity/members.repository.js';
import { KeyAuthenticator } from './key-authenticator.js';
import { type KeySnapshot, requireScope } from './key-snapshot.js';
import { requireRight } from './member-rights.js';
import { SignIn } from './sign-in.js';

interface GuardedRequest extends Request, RequestOfPerson {
  key?: KeySnapshot;
}

/** Stands before every route and lets in whom its mark names; a route nobody marked lets in nobody. */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly logger = new Logger(AccessGuard.name);

  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: KeyAuthenticator,
    private readonly signIn: SignIn,
    private readonly members: MembersRepository,
    @Inject(ACCOUNTS_SETTINGS) private readonly settings: AccountsSettings,
  ) {}

  /**
   * @throws DomainError as `KeyAuthenticator.authenticate`, `scope_missing`, `not_signed_in` (401), `forged_origin`,
   * `right_missing`, `two_factor_required` (403), `not_found` (404)
   */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const mark = this.reflector.getAllAndOverride<RouteMark | undefined>(ROUTE_MARK, [
      context.getHandler(),
      context.getClass(),
    ]);
    const request = context.switchToHttp().getRequest<GuardedRequest>();
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
        await this.requirePerson(context, request);
        return true;
      case 'member': {
        const person = await this.requirePerson(context, request);
        request.member = await this.memberOf(person);
        requireRight(request.member.role, mark.right);
        return true;
      }
      case 'operator':
        await this.requireOperator(context, request);
        return true;
      default:
        this.logger.error(
          `${context.getClass().name}.${context.getHandler().name} has no route mark and is refused to everybody`,
        );
        throw accountErrors.nothingHere();
    }
  }

  /** The session is read anew for every request: one that was ended has ended in every process. */
  private async requirePerson(context: ExecutionContext, request: GuardedRequest): Promise<Person> {
    const found = await this.signIn.personOf(request.headers);
    if (!found) throw accountErrors.notSignedIn();
    requireSameOrigin(request, this.settings.publicUrl);
    if (found.cookies.length > 0) {
      context.switchToHttp().getResponse<Response>().append('set-cookie', found.cookies);
    }
    request.person = found.person;
    return found.person;
  }

  private async memberOf(person: Person): Promise<Member> {
    const found = await this.members.active(person.userUuid, person.chosenAccountUuid);
    if (!found) throw accountErrors.accountNotFound();
    const { accountId, accountUuid, name: accountName, role } = found;
    return { person, accountId, accountUuid, accountName, role };
  }

  private async requireOperator(context: ExecutionContext, request: GuardedRequest): Promise<void> {
    const person = await this.requirePerson(context, request).catch((error: unknown) => {
      // Whoever is nobody here learns no more of these routes than of any that do not exist.
      if (request.person === undefined) throw accountErrors.nothingHere();
      throw error;
    });
    if (!person.isOperator) throw accountErrors.nothingHere();
    if (this.settings.mode === 'production' && !person.twoFactorEnabled)
      throw accountErrors.twoFactorRequired();
  }
}

/** The key of the request, in a handler of a route marked with `@Key`. */
export const CurrentKey = createParamDecorator((_data: unknown, context: ExecutionContext): KeySnapshot => {
  const { key } = context.switchToHttp().getRequest<GuardedRequest>();
  if (!key) throw new Error(`${context.getHandler().name} asks for a key and is not marked with @Key`);
  return key;
});
