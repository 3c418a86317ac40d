import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type pg from 'pg';
import { inTransaction, PG_POOL } from '#database';

const EVERY_MS = 60_000;
const ACCOUNTS_AT_ONCE = 200;
/** A settlement that comes late waits for no more than these. */
const DAYS_AT_ONCE = 1;

/**
 * Each minute: what time has brought to accounts that nobody uses (a request would apply it itself), and the days
 * that are over made of their hours. Nothing about money waits for it: an expired grant is not drawn on meanwhile.
 */
@Injectable()
export class DueChangesJob implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(DueChangesJob.name);
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;
  private running: Promise<void> = Promise.resolve();

  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  onApplicationBootstrap(): void {
    this.running = this.tick();
    this.timer = setInterval(() => {
      this.running = this.running.then(() => this.tick());
    }, EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.timer);
    await this.running;
  }

  private async tick(): Promise<void> {
    try {
      await this.applyDue();
      await this.makeDays();
    } catch (error) {
      this.logger.warn(`due changes failed: ${(error as Error).message}`);
    }
  }

  async applyDue(): Promise<void> {
    for (;;) {
      // Skips what is locked, so that it never waits while it holds others: who holds that lock applies it anyway.
      const { rowCount } = await this.pool.query(
        `SELECT billing_apply_due(account_id, billing_now()) FROM (
           SELECT account_id FROM credit_accounts WHERE next_grant_change_at <= app_now()
           ORDER BY next_grant_change_at LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED) due`,
        [ACCOUNTS_AT_ONCE],
      );
      if ((rowCount ?? 0) < ACCOUNTS_AT_ONCE) return;
    }
  }

  /** The first time it makes all there ever was: a day at a time, each in a transaction of its own. */
  async makeDays(): Promise<void> {
    while (!this.isStopping && (await this.makeSomeDays()) > 0);
  }

  /** How many are left. */
  private async makeSomeDays(): Promise<number> {
    // A day of a large service may take longer than a statement of a request ever should.
    return inTransaction(this.pool, 'BEGIN', async (client) => {
      const { rows } = await client.query<{ left: number }>('SELECT billing_make_days($1) AS left', [
        DAYS_AT_ONCE,
      ]);
      return rows[0]!.left;
    });
  }
}
