import { Injectable } from '@nestjs/common';
import { DomainError, formatMilli, idFromUuid, type Millicredits } from '#common';
import { type Actor, AuditLog, type Tx } from '#database';
import { billingErrors } from '../billing.errors.js';
import { type LowBalanceCrossing, LowBalanceRepository } from './low-balance.repository.js';

/** When a balance is low: the threshold, and the crossings that the ledger wrote down for others to tell. */
@Injectable()
export class LowBalanceService {
  constructor(
    private readonly repository: LowBalanceRepository,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Hands over crossings, each once, oldest first; they are taken when `tx` commits. An empty answer while another
   * transaction is taking some.
   */
  takeCrossings(tx: Tx, { limit }: { limit: number }): Promise<LowBalanceCrossing[]> {
    return this.repository.take(tx, limit);
  }

  /** Null: off, or no such books. */
  threshold(tx: Tx, accountUuid: string): Promise<Millicredits | null> {
    return this.repository.threshold(tx, accountUuid);
  }

  /**
   * Null: off. A balance that is low by the new threshold crosses at once.
   * @throws DomainError `invalid_value` for a threshold that is not above zero, `not_found`
   */
  async setThreshold(
    tx: Tx,
    actor: Actor,
    input: { accountUuid: string; thresholdMillicredits: Millicredits | null },
  ): Promise<void> {
    const { accountUuid, thresholdMillicredits } = input;
    if (thresholdMillicredits !== null && thresholdMillicredits <= 0n) {
      throw new DomainError('invalid_value', 'The threshold is above zero, or off.', { param: 'credits' });
    }
    const found = await this.repository.setThreshold(tx, accountUuid, thresholdMillicredits);
    if (!found) throw billingErrors.accountNotFound();
    await this.audit.write(tx, {
      actor,
      action: 'account.low_balance_threshold',
      subject: idFromUuid('account', accountUuid),
      detail: { credits: thresholdMillicredits === null ? null : formatMilli(thresholdMillicredits) },
    });
  }
}
