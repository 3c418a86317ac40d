import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL } from '#database';

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

  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

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
      await this.pool.query(
        `DELETE FROM processes p WHERE beat_at < now() - interval '1 day'
           AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.state = 'open' AND h.process_id = p.id)`,
      );
    } catch (error) {
      this.logger.warn(`upkeep failed: ${(error as Error).message}`);
    }
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
