import { Inject, Injectable } from '@nestjs/common';
import { type AccountId, type InvitationId, idFromUuid, idToUuid, newId, parseId } from '#common';
import { AuditLog, ChangeFeed, Transactions } from '#database';
import { AccountEventsBus } from '../account-events.js';
import { checkEmail } from '../account-input.js';
import { accountErrors } from '../accounts.errors.js';
import { AccountsRepository } from '../accounts.repository.js';
import { ACCOUNTS_SETTINGS, type AccountsSettings } from '../accounts.settings.js';
import type { MemberRole } from '../auth-roles.js';
import type { Member, Person } from '../current-member.js';
import { PeopleRepository } from '../identity/people.repository.js';
import { actorOf } from '../identity/people.service.js';
import { type InvitationRow, TeamRepository } from './team.repository.js';

const DAYS = 7;
/** Each is a mail to somebody who did not ask for it. */
const MOST_PENDING = 50;

/** Asks people into an account, by mail; each invitation is answered once, by the person it is addressed to. */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly repository: TeamRepository,
    private readonly accounts: AccountsRepository,
    private readonly people: PeopleRepository,
    private readonly transactions: Transactions,
    private readonly audit: AuditLog,
    private readonly feed: ChangeFeed,
    private readonly events: AccountEventsBus,
    @Inject(ACCOUNTS_SETTINGS) private readonly settings: AccountsSettings,
  ) {}

  /** @throws DomainError `right_missing` to invite an owner as another, `conflict` for a member, `limit_reached` */
  invite(
    member: Member,
    input: { email: string; role: MemberRole },
  ): Promise<{ invitationId: InvitationId }> {
    const email = checkEmail(input.email);
    if (input.role === 'owner' && member.role !== 'owner') throw accountErrors.ownersOnly();
    const invitationId = newId('invitation');
    const invitationUuid = idToUuid(invitationId);
    const { accountUuid, accountName, person } = member;
    return this.transactions.run(async (tx) => {
      const account = await this.accounts.lock(tx, accountUuid);
      if (input.role === 'owner' && account?.kind === 'personal') throw accountErrors.onePersonsAccount();
      if (await this.repository.isMember(tx, accountUuid, email)) throw accountErrors.alreadyMember();
      if ((await this.repository.countPending(tx, accountUuid)) >= MOST_PENDING) {
        throw accountErrors.tooManyInvitations();
      }
      await this.repository.invite(tx, {
        id: invitationUuid,
        accountUuid,
        email,
        role: input.role,
        inviterUuid: person.userUuid,
        days: DAYS,
      });
      await this.audit.write(tx, {
        actor: actorOf(person),
        action: 'member.invite',
        subject: member.accountId,
        detail: { invitationId, email, role: input.role },
      });
      const url = `${new URL(this.settings.publicUrl).origin}/invitation/${invitationId}`;
      await this.events.emit(
        'invited',
        {
          invitationUuid,
          accountUuid,
          accountName,
          email,
          inviterName: person.name,
          role: input.role,
          locale: person.locale,
          url,
        },
        tx,
      );
      return { invitationId };
    });
  }

  /** @throws DomainError `not_found` for one of another account, or answered */
  async withdraw(member: Member, id: string): Promise<void> {
    const invitation = await this.find(id);
    if (invitation.account_id !== member.accountUuid) throw accountErrors.invitationNotFound();
    await this.transactions.run(async (tx) => {
      if (!(await this.repository.answer(tx, invitation.id, 'canceled')))
        throw accountErrors.invitationNotFound();
      await this.audit.write(tx, {
        actor: actorOf(member.person),
        action: 'member.withdraw_invitation',
        subject: member.accountId,
        detail: { email: invitation.email },
      });
    });
  }

  /** What its addressee sees of it, whatever became of it. @throws DomainError `not_found` for anybody else */
  async show(person: Person, id: string): Promise<InvitationRow> {
    const invitation = await this.find(id);
    if (invitation.email !== person.email || !person.emailVerified) throw accountErrors.invitationNotFound();
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
    const accountId = idFromUuid('account', accountUuid);
    await this.transactions.run(async (tx) => {
      await this.accounts.lock(tx, accountUuid);
      if (!(await this.repository.answer(tx, invitation.id, 'accepted')))
        throw accountErrors.invitationOver();
      const joined = await this.repository.addMember(tx, { accountUuid, userUuid: person.userUuid, role });
      await this.people.chooseAccount(tx, person.sessionUuid, accountUuid);
      if (!joined) return;
      await this.audit.write(tx, {
        actor: actorOf(person),
        action: 'member.join',
        subject: accountId,
        detail: { role },
      });
      await this.events.emit('memberJoined', { accountUuid, userUuid: person.userUuid, role }, tx);
      await this.feed.announce(tx, 'accounts', accountUuid);
    });
    return { accountId };
  }

  async decline(person: Person, id: string): Promise<void> {
    const invitation = await this.show(person, id);
    await this.transactions.run(async (tx) => {
      if (!(await this.repository.answer(tx, invitation.id, 'rejected')))
        throw accountErrors.invitationOver();
    });
  }

  private async find(text: string): Promise<InvitationRow> {
    const id = parseId('invitation', text);
    const invitation = id && (await this.repository.findInvitation(idToUuid(id)));
    if (!invitation) throw accountErrors.invitationNotFound();
    return invitation;
  }
}
