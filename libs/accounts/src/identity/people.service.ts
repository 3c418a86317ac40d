import { Injectable } from '@nestjs/common';
import { idFromUuid, idToUuid, newId } from '#common';
import { type Actor, AuditLog, Transactions, type Tx } from '#database';
import { AccountEventsBus } from '../account-events.js';
import { AccountsRepository } from '../accounts.repository.js';
import type { MemberRole } from '../auth-roles.js';
import type { Person } from '../current-member.js';
import { checkName } from '../key-input.js';
import { type Locale, localeOf } from '../locale.js';
import type { Addressee } from './addressees.service.js';
import { PeopleRepository } from './people.repository.js';

const UNFINISHED_AT_ONCE = 200;
const GMAIL = new Set(['gmail.com', 'googlemail.com']);

/** People: what is theirs from the first day, and the accounts they are members of. */
@Injectable()
export class PeopleService {
  constructor(
    private readonly repository: PeopleRepository,
    private readonly accounts: AccountsRepository,
    private readonly transactions: Transactions,
    private readonly audit: AuditLog,
    private readonly events: AccountEventsBus,
  ) {}

  /** Oldest member first. */
  async membersOf(accountUuid: string): Promise<(Addressee & { role: MemberRole; joinedAt: Date })[]> {
    const rows = await this.repository.membersOf(accountUuid);
    return rows.map((row) => ({
      userUuid: row.id,
      email: row.email,
      name: row.name,
      locale: localeOf(row.locale),
      role: row.role,
      joinedAt: row.joined_at,
    }));
  }

  /**
   * One spelling a person: lower case, and at Gmail without dots and without what follows a plus sign, which all
   * arrive in one mailbox.
   */
  canonicalAddress(email: string): string {
    const address = email.trim().toLowerCase();
    const at = address.lastIndexOf('@');
    const domain = address.slice(at + 1);
    if (!GMAIL.has(domain)) return address;
    const local = address.slice(0, at).replace(/\+.*$/, '').replaceAll('.', '');
    return `${local}@gmail.com`;
  }

  /** The account that came with the person's sign-up, made now when it is missing. */
  async personalAccount(tx: Tx, userUuid: string): Promise<string> {
    const person = await this.repository.lock(tx, userUuid);
    if (!person) throw new Error(`there is no user ${userUuid}`);
    const existing = await this.repository.personalAccount(tx, userUuid);
    if (existing) return existing;
    const accountId = newId('account');
    const accountUuid = idToUuid(accountId);
    const name = (person.name.trim() || person.email.split('@')[0]!).slice(0, 100);
    await this.accounts.insertPersonalAccount(tx, { id: accountUuid, name, ownerId: userUuid });
    await this.audit.write(tx, { actor: userActor(userUuid), action: 'account.create', subject: accountId });
    await this.events.emit('accountOpened', { accountUuid, ownerUserUuid: userUuid }, tx);
    return accountUuid;
  }

  /** After a sign-up. */
  async welcome(userUuid: string): Promise<void> {
    await this.transactions.run((tx) => this.personalAccount(tx, userUuid));
  }

  /** After a verification: all that it causes, once, however often and by however many it is called. */
  async finishVerification(userUuid: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      await this.personalAccount(tx, userUuid);
      const email = await this.repository.claimVerification(tx, userUuid);
      if (email === undefined) return;
      await this.audit.write(tx, {
        actor: userActor(userUuid),
        action: 'user.verify',
        subject: idFromUuid('user', userUuid),
      });
      await this.events.emit('verified', { userUuid, email }, tx);
    });
  }

  /** What a process that died left undone: the sign-in library writes in transactions of its own. */
  async finishUnfinished(): Promise<void> {
    for (const userUuid of await this.repository.unfinished(UNFINISHED_AT_ONCE)) {
      await this.finishVerification(userUuid);
    }
  }

  /** @throws DomainError `invalid_value` */
  async rename(person: Person, changes: { name?: string; locale?: Locale }): Promise<void> {
    const name = changes.name === undefined ? {} : { name: checkName(changes.name) };
    await this.transactions.run(async (tx) => {
      await this.repository.update(tx, person.userUuid, { ...changes, ...name });
      // Which of them, and not what: the line is for good, and a person may be forgotten.
      const detail = { changed: Object.keys(changes) };
      await this.audit.write(tx, {
        actor: actorOf(person),
        action: 'user.update',
        subject: person.userId,
        detail,
      });
    });
  }

  /** A new session of the same person goes on in the account the old one was in. */
  async goOnIn(token: string, accountUuid: string): Promise<void> {
    const session = await this.repository.sessionByToken(token);
    if (!session) return;
    await this.transactions.run((tx) => this.repository.chooseAccount(tx, session.id, accountUuid));
  }

  /** Takes note of a sign-in that is complete, by the token of its session. */
  async signedIn(token: string): Promise<void> {
    const session = await this.repository.sessionByToken(token);
    if (!session) return;
    const client = {
      userUuid: session.user_id,
      ipAddress: session.ip_address,
      userAgent: session.user_agent,
    };
    await this.transactions.run(async (tx) => {
      const isNewClient = await this.repository.rememberClient(tx, client);
      await this.events.emit('signedIn', { ...client, sessionUuid: session.id, isNewClient }, tx);
    });
  }
}

export const actorOf = (person: Person): Actor => ({ kind: 'user', id: person.userId });
const userActor = (userUuid: string): Actor => ({ kind: 'user', id: idFromUuid('user', userUuid) });
