import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL } from '#database';
import { BILLING_SETTINGS, type BillingSettings } from './billing.settings.js';
import { LedgerProofService } from './ledger-proof.service.js';

const UPKEEP_MS = 3_600_000;
/** Partitions made ahead: a request must never find its month missing. */
const MONTHS_AHEAD = 3;
/** Ended holds are kept this long for the proof to compare, then their usage record speaks for them. */
const HOLD_DAYS = 30;
const BATCH = 5_000;

/** Hourly: partitions ahead of time, ended holds and dead processes' rows out of the way. */
@Injectable()
export class UpkeepJob implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(UpkeepJob.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(PG_POOL) private readonly pool: pg.Pool,
    @Inject(BILLING_SETTINGS) private readonly settings: BillingSettings,
    private readonly proof: LedgerProofService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.makePartitions();
    this.timer = setInterval(() => void this.tick(), UPKEEP_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  async makePartitions(): Promise<void> {
    // Two processes may find the same month missing at the same moment; the lock lets one make it.
    await this.pool.query(
      `WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(7201948))
       SELECT billing_make_usage_partitions(app_now(), $1) FROM turn`,
      [MONTHS_AHEAD],
    );
  }

  private async tick(): Promise<void> {
    try {
      await this.makePartitions();
      await this.dropEndedHolds();
      await this.dropOldPartitions();
      await this.pool.query(
        `DELETE FROM processes p WHERE beat_at < now() - interval '1 day'
           AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.state = 'open' AND h.process_id = p.id)`,
      );
    } catch (error) {
      this.logger.warn(`upkeep failed: ${(error as Error).message}`);
    }
  }

  /** Drops the months beyond retention, and only when the books add up with them. Entries and rollups stay. */
  async dropOldPartitions(): Promise<void> {
    const { rows } = await this.pool.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent = 'usage_records'::regclass
         AND c.relname < 'usage_records_' || to_char(app_now() AT TIME ZONE 'UTC' - $1 * interval '1 month', 'YYYY_MM')`,
      [this.settings.retentionMonths],
    );
    if (rows.length === 0) return;
    const { differences } = await this.proof.prove();
    if (differences.length > 0) {
      this.logger.error({
        message: 'the books do not add up; no partition is dropped',
        differences: differences.length,
      });
      return;
    }
    for (const { name } of rows) await this.pool.query('SELECT billing_drop_usage_partition($1)', [name]);
  }

  async dropEndedHolds(): Promise<void> {
    for (;;) {
      const { rowCount } = await this.pool.query(
        `DELETE FROM holds WHERE request_id IN (
           SELECT request_id FROM holds WHERE state <> 'open' AND ended_at < now() - $1 * interval '1 day' LIMIT $2)`,
        [HOLD_DAYS, BATCH],
      );
      if ((rowCount ?? 0) < BATCH) return;
    }
  }
}
