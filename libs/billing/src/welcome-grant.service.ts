import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DomainError } from '#common';
import { Clock, type Tx } from '#database';
import { GrantsService } from './grants.service.js';

const WELCOME_MILLICREDITS = 1_000_000n;
const WELCOME_DAYS = 30;
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
        amountMillicredits: WELCOME_MILLICREDITS,
        expiresAt: new Date(this.clock.nowMs() + WELCOME_DAYS * DAY_MS),
      });
      return state === 'granted' ? 'given' : 'had';
    } catch (error) {
      // The same reference in another account.
      if (error instanceof DomainError && error.code === 'exists_with_different_amount') return 'had';
      throw error;
    }
  }
}
