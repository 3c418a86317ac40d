import { Injectable } from '@nestjs/common';
import { type AccountId, idFromUuid, idToUuid, newId, parseId } from '#common';
import { AuditLog, ChangeFeed, Transactions, type Tx } from '#database';
import { AccountEventsBus } from '../account-events.js';
import { accountErrors } from '../accounts.errors.js';
import { AccountsRepository } from '../accounts.repository.js';
import type { MemberRole } from '../auth-roles.js';
import type { Member, Person } from '../current-member.js';
import { actorOf } from '../identity/people.service.js';
import { checkName } from '../key-input.js';
import { TeamRepository } from './team.repository.js';

/** An account's people: who is in it, as what. Every change is written down and happens under the account's lock. */
@Injectable()
export class TeamService {
  constructor(
    private readonly repository: TeamRepository,
    private readonly accounts: AccountsRepository,
    private readonly transactions: Transactions,
    private readonly audit: AuditLog,
    private readonly feed: ChangeFeed,
    private readonly events: AccountEventsBus,
  ) {}

  /** A new account that several people may own credits in; whoever makes it is its owner. */
  create(person: Person, input: { name: string }): Promise<{ accountId: AccountId }> {
    const name = checkName(input.name);
    const accountId = newId('account');
    const accountUuid = idToUuid(accountId);
    return this.transactions.run(async (tx) => {
      await this.repository.insertTeam(tx, { id: accountUuid, name, ownerUuid: person.userUuid });
      await this.audit.write(tx, {
        actor: actorOf(person),
        action: 'account.create',
        subject: accountId,
        detail: { name },
      });
      await this.events.emit('accountOpened', { accountUuid, ownerUserUuid: person.userUuid }, tx);
      return { accountId };
    });
  }

  rename(member: Member, input: { name: string }): Promise<void> {
    const name = checkName(input.name);
    return this.change(member, { action: 'account.rename', detail: { name } }, (tx) =>
      this.repository.rename(tx, member.accountUuid, name),
    );
  }

  /**
   * A personal account keeps its one owner, since closing it takes its person along.
   * @throws DomainError `not_found`, `right_missing` where an owner is concerned, `conflict` for the last owner or a
   *   second one of a personal account
   */
  setRole(member: Member, input: { userId: string; role: MemberRole }): Promise<void> {
    const userUuid = uuidOfUser(input.userId);
    const detail = { userId: input.userId, role: input.role };
    return this.change(member, { action: 'member.set_role', detail }, async (tx, kind) => {
      const before = await this.requireChangeable(tx, member, userUuid);
      if (input.role === 'owner' && member.role !== 'owner') throw accountErrors.ownersOnly();
      if (input.role === 'owner' && before !== 'owner' && kind === 'personal') {
        throw accountErrors.onePersonsAccount();
      }
      if (before === 'owner' && input.role !== 'owner') await this.requireAnotherOwner(tx, member);
      await this.repository.setRole(tx, { accountUuid: member.accountUuid, userUuid, role: input.role });
    });
  }

  /** Oneself, which is leaving, or another. @throws as `setRole` */
  remove(member: Member, input: { userId: string }): Promise<void> {
    const userUuid = uuidOfUser(input.userId);
    const detail = { userId: input.userId };
    return this.change(member, { action: 'member.remove', detail }, async (tx) => {
      const before = await this.requireChangeable(tx, member, userUuid);
      if (before === 'owner') await this.requireAnotherOwner(tx, member);
      await this.repository.removeMember(tx, member.accountUuid, userUuid);
    });
  }

  /** The member's present role. Only owners touch owners. */
  private async requireChangeable(tx: Tx, member: Member, userUuid: string): Promise<MemberRole> {
    const before = await this.repository.roleOf(tx, member.accountUuid, userUuid);
    if (!before) throw accountErrors.memberNotFound();
    if (before === 'owner' && member.role !== 'owner') throw accountErrors.ownersOnly();
    return before;
  }

  private async requireAnotherOwner(tx: Tx, member: Member): Promise<void> {
    if ((await this.repository.countOwners(tx, member.accountUuid)) < 2) throw accountErrors.lastOwner();
  }

  private change(
    member: Member,
    line: { action: string; detail: Record<string, unknown> },
    work: (tx: Tx, kind: 'personal' | 'team') => Promise<void>,
  ): Promise<void> {
    return this.transactions.run(async (tx) => {
      const account = await this.accounts.lock(tx, member.accountUuid);
      if (!account) throw accountErrors.accountNotFound();
      await work(tx, account.kind);
      await this.audit.write(tx, { actor: actorOf(member.person), subject: member.accountId, ...line });
      await this.feed.announce(tx, 'accounts', member.accountUuid);
    });
  }
}

/** @throws DomainError `not_found`: what has not the form of an id names nobody */
function uuidOfUser(text: string): string {
  const userId = parseId('user', text);
  if (!userId) throw accountErrors.memberNotFound();
  return idToUuid(userId);
}

export const userIdOf = (uuid: string) => idFromUuid('user', uuid);
