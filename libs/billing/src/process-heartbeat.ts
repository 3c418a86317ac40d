import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type pg from 'pg';
import { idToUuid, newId } from '#common';
import { PG_POOL } from '#database';
import { BILLING_SETTINGS, type BillingSettings } from './billing.settings.js';

const BEAT_MS = 5_000;
/** Beats further apart than this are not unbroken: the database was away or asleep, for everybody. */
const MISSED_MS = 15_000;

/**
 * Says every 5 s that this process lives, so that nobody ends its holds. Times are plain now(): a moved
 * application clock must not make a process look dead.
 */
@Injectable()
export class ProcessHeartbeat implements OnApplicationBootstrap, OnModuleDestroy {
  readonly processId = newId('process');
  private readonly logger = new Logger(ProcessHeartbeat.name);
  private timer: NodeJS.Timeout | undefined;
  private beatingSinceMs = 0;
  private lastBeatMs = Number.NEGATIVE_INFINITY;

  constructor(
    @Inject(PG_POOL) private readonly pool: pg.Pool,
    @Inject(BILLING_SETTINGS) private readonly settings: BillingSettings,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    // A process without its row would look dead to the others: it does not start.
    await this.beat();
    this.timer = setInterval(() => void this.beatAgain(), BEAT_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Milliseconds of unbroken beats; the sweeper trusts itself only after 30 s of them. */
  beatingForMs(): number {
    const nowMs = performance.now();
    return nowMs - this.lastBeatMs > MISSED_MS ? 0 : nowMs - this.beatingSinceMs;
  }

  private async beatAgain(): Promise<void> {
    try {
      await this.beat();
    } catch (error) {
      this.lastBeatMs = Number.NEGATIVE_INFINITY;
      this.logger.warn(`no beat: ${(error as Error).message}`);
    }
  }

  private async beat(): Promise<void> {
    await this.pool.query(
      `INSERT INTO processes (id, name) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET beat_at = now()`,
      [idToUuid(this.processId), this.settings.processName],
    );
    const nowMs = performance.now();
    if (nowMs - this.lastBeatMs > MISSED_MS) this.beatingSinceMs = nowMs;
    this.lastBeatMs = nowMs;
  }
}
