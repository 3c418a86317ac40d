import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { AccountId, UserId } from '#common';
import type { MemberRole } from './auth-roles.js';
import type { Locale } from './locale.js';

/** Who is signed in. */
export interface Person {
  userId: UserId;
  userUuid: string;
  email: string;
  name: string;
  locale: Locale;
  isOperator: boolean;
  emailVerified: boolean;
  twoFactorEnabled: boolean;
  /** The session that says so; it remembers the active account. */
  sessionUuid: string;
  /** Null: none was chosen yet. */
  chosenAccountUuid: string | null;
}

/** A person in the account that is active for them. */
export interface Member {
  person: Person;
  accountId: AccountId;
  accountUuid: string;
  accountName: string;
  role: MemberRole;
}

/** Of a request, once the guard let it pass. */
export interface RequestOfPerson {
  person?: Person;
  member?: Member;
}

/** The person, in a handler of a route marked with `@Session`, `@Member` or `@Operator`. */
export const CurrentPerson = createParamDecorator((_data: unknown, context: ExecutionContext): Person => {
  const { person } = context.switchToHttp().getRequest<RequestOfPerson>();
  if (!person) throw new Error(`${context.getHandler().name} asks for a person and its mark lets in anybody`);
  return person;
});

/** The member, in a handler of a route marked with `@Member`. */
export const CurrentMember = createParamDecorator((_data: unknown, context: ExecutionContext): Member => {
  const { member } = context.switchToHttp().getRequest<RequestOfPerson>();
  if (!member)
    throw new Error(`${context.getHandler().name} asks for a member and is not marked with @Member`);
  return member;
});
