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

/**
 * Says every 5 s that this process lives, so that nobody ends its holds. Times are plain now(): a moved
 * application clock must not make a process look dead.
 */
@Injectable()
export class ProcessHeartbeat implements OnApplicationBootstrap, OnModuleDestroy {
  readonly processId = newId('process');
  private readonly logger = new Logger(ProcessHeartbeat.name);
  private timer: NodeJS.Timeout | undefined;
  private beatingSinceMs: number | undefined;

  constructor(
    @Inject(PG_POOL) private readonly pool: pg.Pool,
    @Inject(BILLING_SETTINGS) private readonly settings: BillingSettings,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.beat();
    this.timer = setInterval(() => void this.beat(), BEAT_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Milliseconds of unbroken beats; the sweeper trusts itself only after 30 s of them. */
  beatingForMs(): number {
    return this.beatingSinceMs === undefined ? 0 : performance.now() - this.beatingSinceMs;
  }

  private async beat(): Promise<void> {
    try {
      await this.pool.query(
        `INSERT INTO processes (id, name) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET beat_at = now()`,
        [idToUuid(this.processId), this.settings.processName],
      );
      this.beatingSinceMs ??= performance.now();
    } catch (error) {
      this.beatingSinceMs = undefined;
      this.logger.warn(`no beat: ${(error as Error).message}`);
    }
  }
}
