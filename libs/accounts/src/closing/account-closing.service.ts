import { Injectable } from '@nestjs/common';
import { idFromUuid } from '#common';
import type { Tx } from '#database';
import { accountErrors } from '../accounts.errors.js';
import type { Member } from '../current-member.js';
import { actorOf } from '../identity/people.service.js';
import { KeysService } from '../keys.service.js';
import { SignIn } from '../sign-in.js';
import { AccountChangesService } from '../team/account-changes.service.js';
import { AccountClosingRepository } from './account-closing.repository.js';
import { type Closed, ClosingBooksService } from './closing-books.service.js';
import { ForgottenPeopleService } from './forgotten-people.service.js';

/** Closes accounts for good, a personal one with its person. */
@Injectable()
export class AccountClosingService {
  constructor(
    private readonly repository: AccountClosingRepository,
    private readonly changes: AccountChangesService,
    private readonly keys: KeysService,
    private readonly signIn: SignIn,
    private readonly people: ForgottenPeopleService,
    private readonly books: ClosingBooksService,
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
    await this.changes.by(member, async (tx, record, kind) => {
      if (kind === 'personal') await this.people.requireForgettable(tx, member.person.userUuid);
      if (!(await this.repository.begin(tx, member.accountUuid))) throw accountErrors.accountNotFound();
      await this.revokeKeys(tx, member);
      if (kind === 'personal') await this.people.forget(tx, member.person);
      await record({ action: 'account.close' });
    });
    return this.books.finish(member.accountUuid);
  }

  private async revokeKeys(tx: Tx, member: Member): Promise<void> {
    for (const keyUuid of await this.repository.unrevokedKeys(tx, member.accountUuid)) {
      const keyId = idFromUuid('key', keyUuid);
      await this.keys.revoke(tx, actorOf(member.person), { keyId, accountId: member.accountId });
    }
  }
}
