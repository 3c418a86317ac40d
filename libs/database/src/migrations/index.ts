import { DatabaseClockAndAudit20261122090000 } from './20261122090000-database-clock-and-audit.js';
import { AccountsPeopleAndKeys20261122091000 } from './20261122091000-accounts-people-and-keys.js';
import { ModelsCatalog20261122092000 } from './20261122092000-models-catalog.js';
import { UpstreamsAddressesAndRoutes20261122093000 } from './20261122093000-upstreams-addresses-and-routes.js';
import { BillingLedgerTables20261122094000 } from './20261122094000-billing-ledger-tables.js';
import { BillingGrants20261122094100 } from './20261122094100-billing-grants.js';
import { BillingReserve20261122094200 } from './20261122094200-billing-reserve.js';
import { BillingSettle20261122094300 } from './20261122094300-billing-settle.js';
import { BillingLowBalance20261125121000 } from './20261125121000-billing-low-balance.js';
import { BillingSettleCrossings20261125121100 } from './20261125121100-billing-settle-crossings.js';
import { BillingDayRollups20261125121200 } from './20261125121200-billing-day-rollups.js';
import { BillingEntryKinds20261125121300 } from './20261125121300-billing-entry-kinds.js';
import { BillingCloseBooks20261125121400 } from './20261125121400-billing-close-books.js';
import { BillingReadingAYear20261125121500 } from './20261125121500-billing-reading-a-year.js';
import { NotificationsMails20261125123000 } from './20261125123000-notifications-mails.js';
import { AccountsIdentity20261125123100 } from './20261125123100-accounts-identity.js';
import { NotificationsAlerts20261125124500 } from './20261125124500-notifications-alerts.js';
import { BillingExpiringGrants20261125131000 } from './20261125131000-billing-expiring-grants.js';
import { NotificationsOpenAlerts20261125131100 } from './20261125131100-notifications-open-alerts.js';
import { NotificationsMentions20261125150000 } from './20261125150000-notifications-mentions.js';
import { AccountsUsedCodes20261125150100 } from './20261125150100-accounts-used-codes.js';
import { AccountsDemoPeople20261125150200 } from './20261125150200-accounts-demo-people.js';
import { BillingMostCredits20261125150300 } from './20261125150300-billing-most-credits.js';
import { BillingDaysInSlices20261125150400 } from './20261125150400-billing-days-in-slices.js';
import { BillingReserveReadOnce20261201090000 } from './20261201090000-billing-reserve-read-once.js';
import { BillingMembersAsRows20261201090100 } from './20261201090100-billing-members-as-rows.js';
import { BillingSettleReadOnce20261201090200 } from './20261201090200-billing-settle-read-once.js';
import { BillingPartitionsByOwner20261201100000 } from './20261201100000-billing-partitions-by-owner.js';

/** Every migration in the order it runs. Never edit one that has landed; add another. */
export const migrations = [
  DatabaseClockAndAudit20261122090000,
  AccountsPeopleAndKeys20261122091000,
  ModelsCatalog20261122092000,
  UpstreamsAddressesAndRoutes20261122093000,
  BillingLedgerTables20261122094000,
  BillingGrants20261122094100,
  BillingReserve20261122094200,
  BillingSettle20261122094300,
  BillingLowBalance20261125121000,
  BillingSettleCrossings20261125121100,
  BillingDayRollups20261125121200,
  BillingEntryKinds20261125121300,
  BillingCloseBooks20261125121400,
  BillingReadingAYear20261125121500,
  NotificationsMails20261125123000,
  AccountsIdentity20261125123100,
  NotificationsAlerts20261125124500,
  BillingExpiringGrants20261125131000,
  NotificationsOpenAlerts20261125131100,
  NotificationsMentions20261125150000,
  AccountsUsedCodes20261125150100,
  AccountsDemoPeople20261125150200,
  BillingMostCredits20261125150300,
  BillingDaysInSlices20261125150400,
  BillingReserveReadOnce20261201090000,
  BillingMembersAsRows20261201090100,
  BillingSettleReadOnce20261201090200,
  BillingPartitionsByOwner20261201100000,
];

/** The name under which the database remembers the last one. */
export const LAST_MIGRATION = migrations.at(-1)!.name;
