import { Injectable } from '@nestjs/common';
import { idFromUuid } from '#common';
import { AuditLog, ChangeFeed, Transactions, type Tx } from '#database';
import { accountErrors } from '../accounts.errors.js';
import { AccountsRepository } from '../accounts.repository.js';
import type { Member, Person } from '../current-member.js';
import { actorOf } from '../identity/people.service.js';
import { TeamRepository } from './team.repository.js';

/** Writes down what was done and has every process look again. Addresses and names stay out: the line is for good. */
export type Recorder = (line: { action: string; detail?: Record<string, unknown> }) => Promise<void>;
type Work<T> = (tx: Tx, record: Recorder, kind: 'personal' | 'team') => Promise<T>;

/** Changes that people make to an account: each under its lock, so that what is read in it stays true. */
@Injectable()
export class AccountChangesService {
  constructor(
    private readonly transactions: Transactions,
    private readonly accounts: AccountsRepository,
    private readonly team: TeamRepository,
    private readonly audit: AuditLog,
    private readonly feed: ChangeFeed,
  ) {}

  /**
   * By a member, whose role may have been taken while the lock was waited for.
   * @throws DomainError `not_found` for whoever is out by now, `conflict` for whoever is something else
   */
  by<T>(member: Member, work: Work<T>): Promise<T> {
    const { accountUuid, person } = member;
    return this.within(accountUuid, person, async (tx, record, kind) => {
      const role = await this.team.roleOf(tx, accountUuid, person.userUuid);
      if (!role) throw accountErrors.accountNotFound();
      if (role !== member.role) throw accountErrors.roleChanged();
      return work(tx, record, kind);
    });
  }

  /** By somebody who is no member yet. */
  within<T>(accountUuid: string, person: Person, work: Work<T>): Promise<T> {
    return this.transactions.run(async (tx) => {
      const account = await this.accounts.lock(tx, accountUuid);
      if (!account) throw accountErrors.accountNotFound();
      const record: Recorder = async (line) => {
        const subject = idFromUuid('account', accountUuid);
        await this.audit.write(tx, { actor: actorOf(person), subject, ...line });
        await this.feed.announce(tx, 'accounts', accountUuid);
      };
      return work(tx, record, account.kind);
    });
  }
}
