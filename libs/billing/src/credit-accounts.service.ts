import { Injectable } from '@nestjs/common';
import { AccountsService } from '#accounts';
import { DomainError } from '#common';
import type { Tx } from '#database';
import { type Balance, BalancesRepository } from './balances.repository.js';
import { billingErrors } from './billing.errors.js';

/** An account's books: opening them, its plan, its balance. */
@Injectable()
export class CreditAccountsService {
  constructor(
    private readonly balances: BalancesRepository,
    private readonly accounts: AccountsService,
  ) {}

  /** Opens the books of a new account on a plan and gives it the plan's limits. No credits come with it. */
  async open(tx: Tx, input: { accountUuid: string; planId: string }): Promise<void> {
    const [plan] = await tx.query<{
      requests_per_minute: number | null;
      in_flight_limit: number | null;
      key_limit: number | null;
    }>('SELECT requests_per_minute, in_flight_limit, key_limit FROM plans WHERE id = $1', [input.planId]);
    if (!plan) {
      const plans = await tx.query<{ id: string }>('SELECT id FROM plans ORDER BY position');
      throw new DomainError('invalid_value', `Plans are ${plans.map((one) => one.id).join(', ')}.`, {
        param: 'plan',
      });
    }
    await this.balances.open(tx, input.accountUuid, input.planId);
    await this.accounts.applyPlanLimits(tx, input.accountUuid, {
      requestsPerMinute: plan.requests_per_minute,
      inFlightLimit: plan.in_flight_limit,
      keyLimit: plan.key_limit,
    });
  }

  /**
   * Closes the books for good: what every grant still has becomes an `expire` entry, grants to come never take effect,
   * a debt stays. Whoever closes an account must first keep new requests from it. Twice is once.
   * @throws DomainError `conflict` while requests are in flight, `not_found`
   */
  async close(tx: Tx, accountUuid: string): Promise<void> {
    const state = await this.balances.close(tx, accountUuid);
    if (state === 'unknown_account') throw billingErrors.accountNotFound();
    if (state === 'holds_open') throw billingErrors.holdsOpen();
  }

  /** @throws DomainError `not_found` when the account has no books */
  async balance(accountUuid: string): Promise<Balance> {
    const balance = await this.balances.find(accountUuid);
    if (!balance) throw billingErrors.accountNotFound();
    return balance;
  }
}
