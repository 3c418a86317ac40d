/** What billing needs to know of the process it runs in. */
export interface BillingSettings {
  /** Seconds after which a hold ends by itself; longer than the longest request. */
  holdTtlSeconds: number;
  /** A name for the process's row, for people who read the table. */
  processName: string;
  /** Months that usage partitions are kept. */
  retentionMonths: number;
}

export const BILLING_SETTINGS = Symbol('BILLING_SETTINGS');

/** Members of one batch at most: beyond it a batch takes longer than the next one would wait. */
export const MAX_BATCH = 128;
/**
 * What may wait for its hold in one process. Whoever comes then is told to come again, at once: a queue that takes
 * longer than this serves nobody sooner. The least has room for two hundred of one account at one moment.
 */
export const MAX_WAITING = { most: 512, least: 270, milliseconds: 100 };
/** How long a batch waits for an account's row before it is split and that account fails alone. */
export const LOCK_TIMEOUT = '1s';
/** A batch that has no answer after this long is on a connection that is not there: it is given up. */
export const BATCH_DEADLINE_MS = 10_000;
