import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DomainError } from '#common';
import { Clock, type Tx } from '#database';
import { GrantsService } from './grants.service.js';

/** What a verified sign-up is given, and for how long. */
export const WELCOME_GRANT = { amountMillicredits: 1_000_000n, days: 30 } as const;
const DAY_MS = 86_400_000;

/** The credits of a verified sign-up: once a person, also one who deleted an account and came again. */
@Injectable()
export class WelcomeGrantService {
  constructor(
    private readonly grants: GrantsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Gives them unless this person had them, in whichever account. `canonicalAddress` is the person's address in the
   * form that all its spellings share; only its digest is kept.
   * @throws DomainError `not_found` when the account has no books
   */
  async give(tx: Tx, input: { accountUuid: string; canonicalAddress: string }): Promise<'given' | 'had'> {
    try {
      const { state } = await this.grants.grant(tx, {
        accountUuid: input.accountUuid,
        source: 'welcome',
        reference: createHash('sha256').update(input.canonicalAddress).digest('hex'),
        amountMillicredits: WELCOME_GRANT.amountMillicredits,
        expiresAt: new Date(this.clock.nowMs() + WELCOME_GRANT.days * DAY_MS),
      });
      return state === 'granted' ? 'given' : 'had';
    } catch (error) {
      // The same reference in another account.
      if (error instanceof DomainError && error.code === 'exists_with_different_amount') return 'had';
      throw error;
    }
  }
}
