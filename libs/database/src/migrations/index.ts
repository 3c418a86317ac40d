import { DatabaseClockAndAudit20261122090000 } from './20261122090000-database-clock-and-audit.js';

/** Every migration in the order it runs. Never edit one that has landed; add another. */
export const migrations = [DatabaseClockAndAudit20261122090000];
