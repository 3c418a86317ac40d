import { Injectable } from '@nestjs/common';
import { DomainError, idFromUuid } from '#common';
import { AuditLog, ChangeFeed, Transactions, type Tx } from '#database';
import { AccountEventsBus } from '../account-events.js';
import { accountErrors } from '../accounts.errors.js';
import { AccountsRepository } from '../accounts.repository.js';
import type { Member } from '../current-member.js';
import { MembersRepository } from '../identity/members.repository.js';
import { actorOf } from '../identity/people.service.js';
import { KeysService } from '../keys.service.js';
import { SignIn } from '../sign-in.js';
import { AccountClosingRepository } from './account-closing.repository.js';

const CLOSING_AT_ONCE = 200;

/** `closing`: requests in flight end first, and the books close after them. */
export type Closed = 'closed' | 'closing';

/** Closes accounts for good, a personal one with its person. */
@Injectable()
export class AccountClosingService {
  constructor(
    private readonly repository: AccountClosingRepository,
    private readonly accounts: AccountsRepository,
    private readonly members: MembersRepository,
    private readonly keys: KeysService,
    private readonly signIn: SignIn,
    private readonly transactions: Transactions,
    private readonly audit: AuditLog,
    private readonly feed: ChangeFeed,
    private readonly events: AccountEventsBus,
  ) {}

  /**
   * Refuses the account's requests from now on, takes people's names and addresses away, and closes its books as
   * soon as nothing is on hold.
   * @throws DomainError `invalid_value` for a wrong name or password, `conflict` while a team has no other owner
   */
  async close(member: Member, proof: { confirmName: string; password: string }): Promise<Closed> {
    if (proof.confirmName.trim() !== member.accountName.trim()) throw accountErrors.wrongName();
    if (!(await this.signIn.isPasswordOf(member.person.userUuid, proof.password))) {
      throw accountErrors.wrongPassword();
    }
    const membership = await this.members.active(member.person.userUuid, member.accountUuid);
    const isPersonal = membership?.accountUuid === member.accountUuid && membership.kind === 'personal';
    await this.transactions.run(async (tx) => {
      await this.accounts.lock(tx, member.accountUuid);
      if (isPersonal) {
        const names = await this.repository.onlyOwnedBy(tx, member.person.userUuid);
        if (names.length > 0) throw accountErrors.ownsTeams(names);
      }
      if (!(await this.repository.begin(tx, member.accountUuid))) throw accountErrors.accountNotFound();
      await this.revokeKeys(tx, member);
      if (isPersonal) await this.repository.forgetPerson(tx, member.person.userUuid);
      await this.audit.write(tx, {
        actor: actorOf(member.person),
        action: 'account.close',
        subject: member.accountId,
      });
      await this.feed.announce(tx, 'accounts', member.accountUuid);
    });
    return this.finish(member.accountUuid);
  }

  /** What had to wait for requests in flight. */
  async finishAll(): Promise<void> {
    for (const accountUuid of await this.repository.closing(CLOSING_AT_ONCE)) await this.finish(accountUuid);
  }

  private async finish(accountUuid: string): Promise<Closed> {
    try {
      await this.transactions.run(async (tx) => {
        if (!(await this.repository.close(tx, accountUuid))) return;
        await this.events.emit('accountClosed', { accountUuid }, tx);
      });
      return 'closed';
    } catch (error) {
      // The books say that requests are in flight: the next minute's look finds them ended.
      if (error instanceof DomainError && error.code === 'conflict') return 'closing';
      throw error;
    }
  }

  private async revokeKeys(tx: Tx, member: Member): Promise<void> {
    for (const keyUuid of await this.repository.unrevokedKeys(tx, member.accountUuid)) {
      const keyId = idFromUuid('key', keyUuid);
      await this.keys.revoke(tx, actorOf(member.person), { keyId, accountId: member.accountId });
    }
  }
}
