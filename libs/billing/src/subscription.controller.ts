import { Controller, Get } from '@nestjs/common';
import { CurrentKey, type KeySnapshot } from '#accounts';
import { toCredits } from '#common';
import { Key } from '#http';
import { CreditAccountsService } from './credit-accounts.service.js';

@Controller('api/billing')
export class SubscriptionController {
  constructor(private readonly accounts: CreditAccountsService) {}

  /** The plan (on the wire `tier`, the reference's name) and what is left, in credits. */
  @Get('subscription')
  @Key('any')
  async subscription(@CurrentKey() key: KeySnapshot) {
    const balance = await this.accounts.balance(key.accountUuid);
    return {
      tier: balance.planId,
      status: key.suspended ? 'suspended' : balance.debtMillicredits > 0n ? 'in_debt' : 'active',
      expires_at: balance.nextExpiryAt?.toISOString() ?? null,
      credits: toCredits(balance.availableMillicredits),
      held: toCredits(balance.heldMillicredits),
      currency: 'credits',
    };
  }
}
