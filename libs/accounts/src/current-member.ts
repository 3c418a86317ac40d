import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { AccountId, UserId } from '#common';
import type { MemberRole } from './auth-roles.js';

/** Who is signed in. */
export interface Person {
  userId: UserId;
  userUuid: string;
  email: string;
  name: string;
  locale: 'en' | 'ar';
  isOperator: boolean;
}

/** A person in the account that is active for them. */
export interface Member {
  person: Person;
  accountId: AccountId;
  accountUuid: string;
  accountName: string;
  role: MemberRole;
}

/** The member, in a handler of a route marked with `@Member`. */
export const CurrentMember = createParamDecorator((_data: unknown, context: ExecutionContext): Member => {
  const { member } = context.switchToHttp().getRequest<{ member?: Member }>();
  if (!member)
    throw new Error(`${context.getHandler().name} asks for a member and is not marked with @Member`);
  return member;
});
