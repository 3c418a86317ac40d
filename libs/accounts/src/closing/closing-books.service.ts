import { Injectable } from '@nestjs/common';
import { DomainError } from '#common';
import { Transactions } from '#database';
import { AccountEventsBus } from '../account-events.js';
import { AccountClosingRepository } from './account-closing.repository.js';

const CLOSING_AT_ONCE = 200;

/** `closing`: requests in flight end first, and the books close after them. */
export type Closed = 'closed' | 'closing';

/** The last step of a closed account: its books, once nothing is on hold. */
@Injectable()
export class ClosingBooksService {
  constructor(
    private readonly repository: AccountClosingRepository,
    private readonly transactions: Transactions,
    private readonly events: AccountEventsBus,
  ) {}

  /** What had to wait for requests in flight. */
  async finishAll(): Promise<void> {
    for (const accountUuid of await this.repository.closing(CLOSING_AT_ONCE)) await this.finish(accountUuid);
  }

  async finish(accountUuid: string): Promise<Closed> {
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
}
