import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import type { MemberRole } from './auth-roles.js';
import type { Locale } from './locale.js';

/** What happens to people, accounts and keys that other modules act on. Uuids are as PostgreSQL prints them. */
export interface AccountEvents {
  verificationRequested: { userUuid: string; email: string; name: string; locale: Locale; url: string };
  /** Somebody signed up with an address that has a user: its owner is told, whoever signed up is not. */
  signUpRepeated: { userUuid: string; email: string; name: string; locale: Locale; url: string };
  passwordResetRequested: { userUuid: string; email: string; name: string; locale: Locale; url: string };
  /** `email` is the new address: the link in it is what confirms the change. */
  addressChangeRequested: { userUuid: string; email: string; name: string; locale: Locale; url: string };
  /** `locale` is the inviter's: nobody knows yet what the invited person reads. */
  invited: {
    invitationUuid: string;
    accountUuid: string;
    accountName: string;
    email: string;
    inviterUuid: string;
    inviterName: string;
    role: MemberRole;
    locale: Locale;
    url: string;
  };
  verified: { userUuid: string; email: string };
  signedIn: {
    userUuid: string;
    sessionUuid: string;
    ipAddress: string | null;
    userAgent: string | null;
    /** No session of this person had this address or this browser before. */
    isNewClient: boolean;
  };
  passwordChanged: { userUuid: string };
  addressChanged: { userUuid: string; oldEmail: string; newEmail: string };
  twoFactorChanged: { userUuid: string; isEnabled: boolean };
  memberJoined: { accountUuid: string; userUuid: string; role: MemberRole };
  keyCreated: { accountUuid: string; keyUuid: string; name: string; byUserUuid: string | null };
  keyRevoked: { accountUuid: string; keyUuid: string; name: string; byUserUuid: string | null };
  accountOpened: { accountUuid: string; ownerUserUuid: string };
  accountClosed: { accountUuid: string };
  /** A person is overwritten: whoever keeps their name or address has to forget it in this transaction. */
  personForgotten: { userUuid: string; email: string };
}

type Handler<K extends keyof AccountEvents> = (event: AccountEvents[K], tx: Tx | undefined) => Promise<void>;

/** Facts of this module, told to whoever asked for them at boot, in order, awaited; with the transaction they are part of, where there is one. */
@Injectable()
export class AccountEventsBus {
  private readonly handlers: { [K in keyof AccountEvents]?: Handler<K>[] } = {};

  on<K extends keyof AccountEvents>(name: K, handler: Handler<K>): void {
    const handlers = (this.handlers[name] ?? []) as Handler<K>[];
    (this.handlers as Record<K, Handler<K>[]>)[name] = [...handlers, handler];
  }

  /** Rejects with the first handler's error, so that what a fact must cause and the fact fail together. */
  async emit<K extends keyof AccountEvents>(name: K, event: AccountEvents[K], tx?: Tx): Promise<void> {
    for (const handler of (this.handlers[name] ?? []) as Handler<K>[]) await handler(event, tx);
  }
}
