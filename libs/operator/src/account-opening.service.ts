import { Injectable } from '@nestjs/common';
import { AccountsService, KeysService } from '#accounts';
import { CreditAccountsService, GrantsService } from '#billing';
import { type AccountId, idToUuid, type KeyId, type Millicredits, type UserId } from '#common';
import { type Actor, Transactions } from '#database';
import { OperatorGrantsService } from './operator-grants.service.js';

export interface OpenedAccount {
  accountId: AccountId;
  userId: UserId;
  keyId: KeyId;
  /** The key itself: shown once, stored nowhere. */
  key: string;
}

/** Opens an account in one piece: person, account, books on a plan, credits, first key. */
@Injectable()
export class AccountOpeningService {
  constructor(
    private readonly transactions: Transactions,
    private readonly accounts: AccountsService,
    private readonly keys: KeysService,
    private readonly creditAccounts: CreditAccountsService,
    private readonly grants: GrantsService,
    private readonly operatorGrants: OperatorGrantsService,
  ) {}

  /**
   * All of it or nothing. Without `welcome` no grant comes but the one named, so that the balance is exactly it.
   * @throws DomainError `conflict` for an address that is taken, `invalid_value`
   */
  open(
    actor: Actor,
    input: {
      email: string;
      name?: string;
      planId: string;
      grantMillicredits?: Millicredits;
      welcome?: { expiresAt: Date };
    },
  ): Promise<OpenedAccount> {
    return this.transactions.run(async (tx) => {
      const { accountId, userId } = await this.accounts.create(tx, actor, input);
      const accountUuid = idToUuid(accountId);
      await this.creditAccounts.open(tx, { accountUuid, planId: input.planId });
      const amountMillicredits = input.grantMillicredits ?? 0n;
      if (amountMillicredits !== 0n && input.welcome) {
        await this.grants.grant(tx, {
          accountUuid,
          source: 'welcome',
          reference: userId,
          amountMillicredits,
          expiresAt: input.welcome.expiresAt,
        });
      } else if (amountMillicredits !== 0n) {
        await this.operatorGrants.grant(tx, actor, {
          accountId,
          amountMillicredits,
          reason: 'the account was opened with them',
        });
      }
      const { keyId, key } = await this.keys.create(tx, actor, { accountId });
      return { accountId, userId, keyId, key };
    });
  }
}
