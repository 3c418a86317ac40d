export type { Balance } from './balances.repository.js';
export { BillingModule } from './billing.module.js';
export type { BillingSettings } from './billing.settings.js';
export { CreditAccountsService } from './credit-accounts.service.js';
export { type ExpiringGrant, ExpiringGrantsService } from './expiring-grants.service.js';
export { type GrantSource, GrantsService } from './grants.service.js';
export { LedgerService } from './ledger.service.js';
export type {
  AttemptRecord,
  Outcome,
  Reservation,
  ReserveInput,
  SettleInput,
  Settlement,
  UsageSource,
} from './ledger-contract.js';
export { type LedgerProof, LedgerProofService } from './ledger-proof.service.js';
export { ForecastService } from './low-balance/forecast.service.js';
export { LowBalanceService } from './low-balance/low-balance.service.js';
export { seedPlans } from './plans.js';
export { WELCOME_GRANT } from './welcome-grant.service.js';
