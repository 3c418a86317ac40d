import { Injectable } from '@nestjs/common';
import { type AccountId, idFromUuid, idToUuid, parseId } from '#common';
import { Transactions } from '#database';
import { AccountEventsBus } from '../account-events.js';
import { accountErrors } from '../accounts.errors.js';
import type { Person } from '../current-member.js';
import { PeopleRepository } from '../identity/people.repository.js';
import { AccountChangesService } from './account-changes.service.js';
import { type InvitationRow, TeamRepository } from './team.repository.js';

/** What the person an invitation is addressed to makes of it: once, and nobody else. */
@Injectable()
export class InvitationAnswersService {
  constructor(
    private readonly repository: TeamRepository,
    private readonly changes: AccountChangesService,
    private readonly people: PeopleRepository,
    private readonly transactions: Transactions,
    private readonly events: AccountEventsBus,
  ) {}

  /** What its addressee sees of it, whatever became of it. @throws DomainError `not_found` for anybody else */
  async show(person: Person, id: string): Promise<InvitationRow> {
    const invitationId = parseId('invitation', id);
    const invitation = invitationId && (await this.repository.findInvitation(idToUuid(invitationId)));
    if (!invitation || invitation.email !== person.email || !person.emailVerified) {
      throw accountErrors.invitationNotFound();
    }
    return invitation;
  }

  /** What awaits this person's answer, newest first. */
  async openTo(person: Person): Promise<InvitationRow[]> {
    return person.emailVerified ? this.repository.openTo(person.email) : [];
  }

  /**
   * Joins the account and makes it the active one. Of many answers at one time, one counts.
   * @throws DomainError `conflict` when it is no longer open
   */
  async accept(person: Person, id: string): Promise<{ accountId: AccountId }> {
    const invitation = await this.show(person, id);
    const { account_id: accountUuid, role } = invitation;
    const { userUuid } = person;
    await this.changes.within(accountUuid, person, async (tx, record) => {
      if (!(await this.repository.answer(tx, invitation.id, 'accepted')))
        throw accountErrors.invitationOver();
      const joined = await this.repository.addMember(tx, { accountUuid, userUuid, role });
      await this.people.chooseAccount(tx, person.sessionUuid, accountUuid);
      if (!joined) return;
      await record({ action: 'member.join', detail: { role } });
      await this.events.emit('memberJoined', { accountUuid, userUuid, role }, tx);
    });
    return { accountId: idFromUuid('account', accountUuid) };
  }

  /** @throws as `accept` */
  async decline(person: Person, id: string): Promise<void> {
    const invitation = await this.show(person, id);
    await this.transactions.run(async (tx) => {
      if (!(await this.repository.answer(tx, invitation.id, 'rejected')))
        throw accountErrors.invitationOver();
    });
  }
}
