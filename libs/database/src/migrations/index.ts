import { DatabaseClockAndAudit20261122090000 } from './20261122090000-database-clock-and-audit.js';
import { BillingLedgerTables20261122094000 } from './20261122094000-billing-ledger-tables.js';
import { BillingGrants20261122094100 } from './20261122094100-billing-grants.js';
import { BillingReserve20261122094200 } from './20261122094200-billing-reserve.js';
import { BillingSettle20261122094300 } from './20261122094300-billing-settle.js';

/** Every migration in the order it runs. Never edit one that has landed; add another. */
export const migrations = [
  DatabaseClockAndAudit20261122090000,
  BillingLedgerTables20261122094000,
  BillingGrants20261122094100,
  BillingReserve20261122094200,
  BillingSettle20261122094300,
];
