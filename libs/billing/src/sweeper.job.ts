import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type pg from 'pg';
import { failpoint, idFromUuid } from '#common';
import { PG_POOL } from '#database';
import { LedgerService } from './ledger.service.js';
import { ProcessHeartbeat } from './process-heartbeat.js';

const SWEEP_MS = 5_000;
/** A process silent for this long is dead; and a sweeper must have beaten for as long before it judges others. */
export const SILENCE_MS = 30_000;
const SWEEP_LIMIT = 500;

/** Ends the holds that nobody will end: those of dead processes, and those past their time-to-live. */
@Injectable()
export class SweeperJob implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(SweeperJob.name);
  private timer: NodeJS.Timeout | undefined;
  /** Holds being ended: one account that cannot be locked must not keep the next sweep waiting. */
  private readonly ending = new Set<string>();

  constructor(
    @Inject(PG_POOL) private readonly pool: pg.Pool,
    private readonly heartbeat: ProcessHeartbeat,
    private readonly ledger: LedgerService,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.tick(), SWEEP_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async tick(): Promise<void> {
    // After an outage every process looks dead until it has beaten again: nobody judges before that.
    if (this.heartbeat.beatingForMs() < SILENCE_MS) return;
    try {
      const ended = await this.sweep();
      if (ended > 0) this.logger.warn({ message: 'holds expired', count: ended });
    } catch (error) {
      this.logger.warn(`sweep failed: ${(error as Error).message}`);
    }
  }

  /** One pass; returns how many holds it ended. */
  async sweep(): Promise<number> {
    const askedAtMs = performance.now();
    const { rows } = await this.pool.query<{ request_id: string; account_id: string }>(
      `SELECT h.request_id, h.account_id FROM holds h LEFT JOIN processes p ON p.id = h.process_id
       WHERE h.state = 'open'
         AND (h.expires_at <= now() OR p.id IS NULL OR p.beat_at < now() - $1 * interval '1 millisecond')
         AND h.request_id <> ALL ($3)
       LIMIT $2`,
      // Those whose end is on its way, however long that takes, leave the others their places.
      [SILENCE_MS, SWEEP_LIMIT, [...this.ending]],
    );
    // A database that took this long was asleep, and those who seem silent could not beat.
    if (performance.now() - askedAtMs > SWEEP_MS) return 0;
    await Promise.all(rows.map((hold) => this.expire(hold)));
    return rows.length;
  }

  private async expire(hold: { request_id: string; account_id: string }): Promise<void> {
    this.ending.add(hold.request_id);
    try {
      await this.ledger.settle({
        requestId: idFromUuid('request', hold.request_id),
        accountUuid: hold.account_id,
        end: 'expire',
        promptTokens: 0,
        completionTokens: 0,
        usageSource: 'none',
        outcome: 'no_answer',
        flags: [],
        streamed: false,
        attempts: [],
      });
      await failpoint('sweeper.mid');
    } finally {
      this.ending.delete(hold.request_id);
    }
  }
}
