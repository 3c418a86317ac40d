import { type DynamicModule, Module } from '@nestjs/common';
import { BalancesRepository } from './balances.repository.js';
import { BILLING_SETTINGS, type BillingSettings } from './billing.settings.js';
import { CreditAccountsService } from './credit-accounts.service.js';
import { GrantsService } from './grants.service.js';
import { LedgerService } from './ledger.service.js';
import { LedgerProofService } from './ledger-proof.service.js';
import { ProcessHeartbeat } from './process-heartbeat.js';
import { SubscriptionController } from './subscription.controller.js';
import { SweeperJob } from './sweeper.job.js';
import { UpkeepJob } from './upkeep.job.js';
import { UsageController } from './usage.controller.js';
import { UsageRepository } from './usage.repository.js';
import { UsageService } from './usage.service.js';

const SERVICES = [CreditAccountsService, GrantsService, LedgerProofService, UsageService];

/** Credits: who has them, what holds them, what took them. */
@Module({})
export class BillingModule {
  /** For a process that serves requests: holds, settlements, and the jobs that tidy after dead processes. */
  static forRoot(settings: BillingSettings): DynamicModule {
    return {
      module: BillingModule,
      global: true,
      controllers: [UsageController, SubscriptionController],
      providers: [
        { provide: BILLING_SETTINGS, useValue: settings },
        BalancesRepository,
        UsageRepository,
        ProcessHeartbeat,
        LedgerService,
        SweeperJob,
        UpkeepJob,
        ...SERVICES,
      ],
      exports: [LedgerService, ...SERVICES],
    };
  }

  /** For a process that only looks and administers, such as the command line: no heartbeat, no jobs. */
  static forAdministration(): DynamicModule {
    return {
      module: BillingModule,
      global: true,
      providers: [BalancesRepository, UsageRepository, ...SERVICES],
      exports: SERVICES,
    };
  }
}
