import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import { AccountEventsBus } from '../account-events.js';
import { accountErrors } from '../accounts.errors.js';
import type { Person } from '../current-member.js';
import { ForgottenPeopleRepository } from './forgotten-people.repository.js';

/** People who go: their name and address are overwritten everywhere, and what they did stays under their id. */
@Injectable()
export class ForgottenPeopleService {
  constructor(
    private readonly repository: ForgottenPeopleRepository,
    private readonly events: AccountEventsBus,
  ) {}

  /** @throws DomainError `conflict` while a team would be left without an owner, which none can become afterwards */
  async requireForgettable(tx: Tx, userUuid: string): Promise<void> {
    await this.repository.lockTeams(tx, userUuid);
    const names = await this.repository.onlyOwnedBy(tx, userUuid);
    if (names.length > 0) throw accountErrors.ownsTeams(names);
  }

  async forget(tx: Tx, { email, userUuid }: Pick<Person, 'email' | 'userUuid'>): Promise<void> {
    await this.repository.forget(tx, { email, userUuid });
    await this.events.emit('personForgotten', { userUuid, email }, tx);
  }
}
