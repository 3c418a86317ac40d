import { Inject, Injectable } from '@nestjs/common';
import { type InvitationId, idToUuid, newId, parseId } from '#common';
import { AccountEventsBus } from '../account-events.js';
import { checkEmail } from '../account-input.js';
import { accountErrors } from '../accounts.errors.js';
import { ACCOUNTS_SETTINGS, type AccountsSettings } from '../accounts.settings.js';
import type { MemberRole } from '../auth-roles.js';
import type { Member } from '../current-member.js';
import { AccountChangesService } from './account-changes.service.js';
import { TeamRepository } from './team.repository.js';

const DAYS = 7;
/** Each is a mail to somebody who did not ask for it. */
const MOST_PENDING = 50;

/** Asks people into an account, by mail. How they answer is `InvitationAnswersService`. */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly repository: TeamRepository,
    private readonly changes: AccountChangesService,
    private readonly events: AccountEventsBus,
    @Inject(ACCOUNTS_SETTINGS) private readonly settings: AccountsSettings,
  ) {}

  /** @throws DomainError `right_missing` to invite an owner as another, `conflict` for a member, `limit_reached` */
  invite(
    member: Member,
    input: { email: string; role: MemberRole },
  ): Promise<{ invitationId: InvitationId }> {
    const email = checkEmail(input.email);
    const { role } = input;
    if (role === 'owner' && member.role !== 'owner') throw accountErrors.ownersOnly();
    const invitationId = newId('invitation');
    const invitationUuid = idToUuid(invitationId);
    const { accountUuid, accountName, person } = member;
    return this.changes.by(member, async (tx, record, kind) => {
      if (role === 'owner' && kind === 'personal') throw accountErrors.onePersonsAccount();
      if (await this.repository.isMember(tx, accountUuid, email)) throw accountErrors.alreadyMember();
      if ((await this.repository.countPending(tx, accountUuid)) >= MOST_PENDING) {
        throw accountErrors.tooManyInvitations();
      }
      const inviterUuid = person.userUuid;
      await this.repository.invite(tx, {
        id: invitationUuid,
        accountUuid,
        email,
        role,
        inviterUuid,
        days: DAYS,
      });
      await record({ action: 'member.invite', detail: { invitationId, role } });
      const url = `${new URL(this.settings.publicUrl).origin}/invitation/${invitationId}`;
      const { name: inviterName, locale } = person;
      const fact = {
        invitationUuid,
        accountUuid,
        accountName,
        email,
        inviterUuid,
        inviterName,
        role,
        locale,
        url,
      };
      await this.events.emit('invited', fact, tx);
      return { invitationId };
    });
  }

  /** @throws DomainError `not_found` for one of another account, or answered */
  async withdraw(member: Member, id: string): Promise<void> {
    const invitationId = parseId('invitation', id);
    const invitation = invitationId && (await this.repository.findInvitation(idToUuid(invitationId)));
    if (!invitation || invitation.account_id !== member.accountUuid) throw accountErrors.invitationNotFound();
    await this.changes.by(member, async (tx, record) => {
      if (!(await this.repository.answer(tx, invitation.id, 'canceled')))
        throw accountErrors.invitationNotFound();
      await record({ action: 'member.withdraw_invitation', detail: { invitationId } });
    });
  }
}
