import { Injectable } from '@nestjs/common';
import { type GrantId, idFromUuid, idToUuid, type Millicredits, MOST_MILLICREDITS, newId } from '#common';
import type { Tx } from '#database';
import { billingErrors } from './billing.errors.js';

export type GrantSource = 'welcome' | 'plan' | 'pack' | 'promo' | 'operator';

/** Lower burns first: welcome and plan credits before packs; an operator's gift like a promotion, before paid ones. */
const PRIORITIES: Record<GrantSource, number> = { welcome: 10, plan: 10, promo: 20, operator: 20, pack: 30 };
const PAID: Record<GrantSource, boolean> = {
  welcome: false,
  plan: true,
  promo: false,
  operator: false,
  pack: true,
};

/** Gives credits and takes them back, each once per reference. */
@Injectable()
export class GrantsService {
  /**
   * Adds a grant. The same source and reference again answers with the first grant.
   * @throws DomainError `exists_with_different_amount`, `not_found`, `limit_reached` beyond what an account may have
   */
  async grant(
    tx: Tx,
    input: {
      accountUuid: string;
      source: GrantSource;
      /** What makes it unique within its source: a payment's id, an operator's action. */
      reference: string;
      amountMillicredits: Millicredits;
      effectiveAt?: Date;
      expiresAt?: Date;
    },
  ): Promise<{ grantId: GrantId; state: 'granted' | 'exists' }> {
    if (input.amountMillicredits > MOST_MILLICREDITS) throw billingErrors.tooManyCredits();
    const asked = tx.query<{ grant_id: string; state: string }>(
      'SELECT * FROM billing_grant($1, $2, $3, $4, $5, $6, $7, $8, $9)',
      [
        idToUuid(newId('grant')),
        input.accountUuid,
        input.source,
        input.reference,
        PRIORITIES[input.source],
        PAID[input.source],
        input.amountMillicredits.toString(),
        input.effectiveAt ?? null,
        input.expiresAt ?? null,
      ],
    );
    const [row] = await asked.catch((error: { driverError?: { constraint?: string } }) => {
      if (error.driverError?.constraint === 'credit_grants_most') throw billingErrors.tooManyCredits();
      throw error;
    });
    if (row!.state === 'unknown_account') throw billingErrors.accountNotFound();
    if (row!.state === 'exists_with_different_amount') {
      throw billingErrors.existsWithDifferentAmount(`A grant for ${input.source} ${input.reference}`);
    }
    return { grantId: idFromUuid('grant', row!.grant_id), state: row!.state as 'granted' | 'exists' };
  }

  /**
   * Takes credits back: what is available now, the rest becomes debt at once. Credits on hold are not touched.
   * @throws DomainError `exists_with_different_amount`, `not_found`
   */
  async clawback(
    tx: Tx,
    input: {
      accountUuid: string;
      /** The grant whose credits go first, when it is known. */
      grantId?: GrantId;
      reference: string;
      referenceKind: 'payment' | 'operator';
      amountMillicredits: Millicredits;
    },
  ): Promise<{ takenMillicredits: Millicredits; owedMillicredits: Millicredits }> {
    const [row] = await tx.query<{ taken: string; owed: string; state: string }>(
      'SELECT * FROM billing_clawback($1, $2, $3, $4, $5)',
      [
        input.accountUuid,
        input.grantId ? idToUuid(input.grantId) : null,
        input.referenceKind,
        input.reference,
        input.amountMillicredits.toString(),
      ],
    );
    if (row!.state === 'unknown_account') throw billingErrors.accountNotFound();
    if (row!.state === 'exists_with_different_amount') {
      throw billingErrors.existsWithDifferentAmount(`A clawback for ${input.reference}`);
    }
    return { takenMillicredits: BigInt(row!.taken), owedMillicredits: BigInt(row!.owed) };
  }
}
