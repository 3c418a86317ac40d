import { Injectable } from '@nestjs/common';
import { type AccountId, idFromUuid, idToUuid, newId, parseId } from '#common';
import { AuditLog, Transactions, type Tx } from '#database';
import { AccountEventsBus } from '../account-events.js';
import { accountErrors } from '../accounts.errors.js';
import type { MemberRole } from '../auth-roles.js';
import type { Member, Person } from '../current-member.js';
import { actorOf } from '../identity/people.service.js';
import { checkName } from '../key-input.js';
import { AccountChangesService } from './account-changes.service.js';
import { TeamRepository } from './team.repository.js';

/** An account's people: who is in it, as what. */
@Injectable()
export class TeamService {
  constructor(
    private readonly repository: TeamRepository,
    private readonly changes: AccountChangesService,
    private readonly transactions: Transactions,
    private readonly audit: AuditLog,
    private readonly events: AccountEventsBus,
  ) {}

  /** A new account that several people may own credits in; whoever makes it is its owner. */
  create(person: Person, input: { name: string }): Promise<{ accountId: AccountId }> {
    const name = checkName(input.name);
    const accountId = newId('account');
    const accountUuid = idToUuid(accountId);
    return this.transactions.run(async (tx) => {
      await this.repository.insertTeam(tx, { id: accountUuid, name, ownerUuid: person.userUuid });
      await this.audit.write(tx, { actor: actorOf(person), action: 'account.create', subject: accountId });
      await this.events.emit('accountOpened', { accountUuid, ownerUserUuid: person.userUuid }, tx);
      return { accountId };
    });
  }

  rename(member: Member, input: { name: string }): Promise<void> {
    const name = checkName(input.name);
    return this.changes.by(member, async (tx, record) => {
      await this.repository.rename(tx, member.accountUuid, name);
      await record({ action: 'account.rename' });
    });
  }

  /**
   * A personal account keeps its one owner, since closing it takes its person along.
   * @throws DomainError `not_found`, `right_missing` where an owner is concerned, `conflict` for the last owner or a
   *   second one of a personal account
   */
  setRole(member: Member, input: { userId: string; role: MemberRole }): Promise<void> {
    const userUuid = uuidOfUser(input.userId);
    return this.changes.by(member, async (tx, record, kind) => {
      const before = await this.requireChangeable(tx, member, userUuid);
      if (input.role === 'owner' && member.role !== 'owner') throw accountErrors.ownersOnly();
      if (input.role === 'owner' && before !== 'owner' && kind === 'personal') {
        throw accountErrors.onePersonsAccount();
      }
      if (before === 'owner' && input.role !== 'owner') await this.requireAnotherOwner(tx, member);
      await this.repository.setRole(tx, { accountUuid: member.accountUuid, userUuid, role: input.role });
      await record({ action: 'member.set_role', detail: { userId: input.userId, before, role: input.role } });
    });
  }

  /** Oneself, which is leaving, or another. @throws as `setRole` */
  remove(member: Member, input: { userId: string }): Promise<void> {
    const userUuid = uuidOfUser(input.userId);
    return this.changes.by(member, async (tx, record) => {
      const role = await this.requireChangeable(tx, member, userUuid);
      if (role === 'owner') await this.requireAnotherOwner(tx, member);
      await this.repository.removeMember(tx, member.accountUuid, userUuid);
      await record({ action: 'member.remove', detail: { userId: input.userId, role } });
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
}

/** @throws DomainError `not_found`: what has not the form of an id names nobody */
function uuidOfUser(text: string): string {
  const userId = parseId('user', text);
  if (!userId) throw accountErrors.memberNotFound();
  return idToUuid(userId);
}

export const userIdOf = (uuid: string) => idFromUuid('user', uuid);
