import { type DynamicModule, Module } from '@nestjs/common';
import { AccountFactsService } from './account-facts.service.js';
import { BalancesRepository } from './balances.repository.js';
import { BILLING_SETTINGS, type BillingSettings } from './billing.settings.js';
import { CreditAccountsService } from './credit-accounts.service.js';
import { DueChangesJob } from './due-changes.job.js';
import { ExpiringGrantsRepository } from './expiring-grants.repository.js';
import { ExpiringGrantsService } from './expiring-grants.service.js';
import { GrantsService } from './grants.service.js';
import { LedgerService } from './ledger.service.js';
import { LedgerProofService } from './ledger-proof.service.js';
import { ForecastService } from './low-balance/forecast.service.js';
import { LowBalanceRepository } from './low-balance/low-balance.repository.js';
import { LowBalanceService } from './low-balance/low-balance.service.js';
import { SpendingRateRepository } from './low-balance/spending-rate.repository.js';
import { ProcessHeartbeat } from './process-heartbeat.js';
import { KeySpendingService } from './statements/key-spending.service.js';
import { StatementsController } from './statements/statements.controller.js';
import { StatementsRepository } from './statements/statements.repository.js';
import { StatementsService } from './statements/statements.service.js';
import { SubscriptionController } from './subscription.controller.js';
import { SweeperJob } from './sweeper.job.js';
import { UpkeepJob } from './upkeep.job.js';
import { AccountUsageController } from './usage/account-usage.controller.js';
import { RequestListRepository } from './usage/request-list.repository.js';
import { RequestListService } from './usage/request-list.service.js';
import { UsageController } from './usage/usage.controller.js';
import { UsageRepository } from './usage/usage.repository.js';
import { UsageService } from './usage/usage.service.js';
import { UsageBreakdownRepository } from './usage/usage-breakdown.repository.js';
import { UsageBreakdownService } from './usage/usage-breakdown.service.js';
import { UsageCsvService } from './usage/usage-csv.service.js';
import { WelcomeGrantService } from './welcome-grant.service.js';

const REPOSITORIES = [
  BalancesRepository,
  ExpiringGrantsRepository,
  LowBalanceRepository,
  SpendingRateRepository,
  UsageRepository,
  RequestListRepository,
  UsageBreakdownRepository,
  StatementsRepository,
];
const SERVICES = [
  AccountFactsService,
  CreditAccountsService,
  ExpiringGrantsService,
  ForecastService,
  GrantsService,
  LedgerProofService,
  LowBalanceService,
  UsageService,
  RequestListService,
  UsageBreakdownService,
  UsageCsvService,
  WelcomeGrantService,
  StatementsService,
  KeySpendingService,
];

/** Credits: who has them, what holds them, what took them. */
@Module({})
export class BillingModule {
  /** For a process that serves requests: holds, settlements, and the jobs that tidy after dead processes. */
  static forRoot(settings: BillingSettings): DynamicModule {
    return {
      module: BillingModule,
      global: true,
      controllers: [UsageController, SubscriptionController, AccountUsageController, StatementsController],
      providers: [
        { provide: BILLING_SETTINGS, useValue: settings },
        ...REPOSITORIES,
        ProcessHeartbeat,
        LedgerService,
        SweeperJob,
        UpkeepJob,
        DueChangesJob,
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
      providers: [...REPOSITORIES, ...SERVICES],
      exports: SERVICES,
    };
  }
}
