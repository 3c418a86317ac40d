import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { GrantsService } from '#billing';
import {
  type AccountId,
  DomainError,
  formatMilli,
  type GrantId,
  idToUuid,
  type Millicredits,
  toCredits,
} from '#common';
import { type Actor, AuditLog, Clock, type Tx } from '#database';

/** What one grant may bring: up to here a number in JSON is exact (2^53 millicredits). */
const MOST_MILLICREDITS = BigInt(Number.MAX_SAFE_INTEGER);

/** Credits that operators give by hand: never without a reason, and never without a line in the audit log. */
@Injectable()
export class OperatorGrantsService {
  constructor(
    private readonly grants: GrantsService,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** Each call is a grant of its own. @throws DomainError `invalid_value` naming the field, `not_found` */
  async grant(
    tx: Tx,
    actor: Actor,
    input: { accountId: AccountId; amountMillicredits: Millicredits; reason: string; expiresAt?: Date },
  ): Promise<{ grantId: GrantId }> {
    const { accountId, amountMillicredits, expiresAt } = input;
    const reason = input.reason.trim();
    if (reason.length === 0 || reason.length > 1000) {
      throw invalid('reason', 'Say why, in up to 1,000 characters: it goes into the audit log.');
    }
    if (amountMillicredits <= 0n || amountMillicredits > MOST_MILLICREDITS) {
      throw invalid('credits', `A grant is of 0.001 to ${formatMilli(MOST_MILLICREDITS)} credits.`);
    }
    if (expiresAt && expiresAt <= this.clock.now()) {
      throw invalid('expires', 'A grant must expire in the future.');
    }
    const { grantId } = await this.grants.grant(tx, {
      accountUuid: idToUuid(accountId),
      source: 'operator',
      reference: randomUUID(),
      amountMillicredits,
      ...(expiresAt ? { expiresAt } : {}),
    });
    await this.audit.write(tx, {
      actor,
      action: 'account.grant',
      subject: accountId,
      reason,
      detail: {
        grantId,
        credits: toCredits(amountMillicredits),
        expiresAt: expiresAt?.toISOString() ?? null,
      },
    });
    return { grantId };
  }
}

const invalid = (param: string, sentence: string) => new DomainError('invalid_value', sentence, { param });
