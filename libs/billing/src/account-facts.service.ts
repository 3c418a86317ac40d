import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AccountEventsBus, PeopleService } from '#accounts';
import { Transactions, type Tx } from '#database';
import { CreditAccountsService } from './credit-accounts.service.js';
import { WelcomeGrantService } from './welcome-grant.service.js';

/** The plan of an account that nobody chose one for. */
const FIRST_PLAN = 'free';

/**
 * What accounts' facts mean for money, in the transaction that is the fact: an account opens with books, a verified
 * person gets the welcome credits into their personal account, a closed account has nothing left.
 */
@Injectable()
export class AccountFactsService implements OnModuleInit {
  constructor(
    private readonly events: AccountEventsBus,
    private readonly people: PeopleService,
    private readonly creditAccounts: CreditAccountsService,
    private readonly welcome: WelcomeGrantService,
    private readonly transactions: Transactions,
  ) {}

  onModuleInit(): void {
    this.events.on('accountOpened', ({ accountUuid }, given) =>
      this.within(given, (tx) => this.creditAccounts.open(tx, { accountUuid, planId: FIRST_PLAN })),
    );
    this.events.on('verified', (person, given) => this.within(given, (tx) => this.welcomePerson(tx, person)));
    this.events.on('accountClosed', ({ accountUuid }, given) =>
      this.within(given, (tx) => this.creditAccounts.close(tx, accountUuid)),
    );
  }

  private async welcomePerson(
    tx: Tx,
    { email, userUuid }: { email: string; userUuid: string },
  ): Promise<void> {
    const accountUuid = await this.people.personalAccount(tx, userUuid);
    await this.welcome.give(tx, {
      accountUuid,
      canonicalAddress: this.people.canonicalAddress(email),
    });
  }

  private within(given: Tx | undefined, work: (tx: Tx) => Promise<void>): Promise<void> {
    return given ? work(given) : this.transactions.run(work);
  }
}
