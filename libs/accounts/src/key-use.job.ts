import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock } from '#database';
import { KeysRepository } from './keys.repository.js';

const FLUSH_MS = 5000;
const MINUTE_MS = 60_000;

/**
 * Gathers in memory which keys were used and writes it in the background, at most once a minute a key: the request
 * path does not wait for a date on a page. A process that dies loses a minute of it at most.
 */
@Injectable()
export class KeyUse implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(KeyUse.name);
  private readonly noted = new Map<string, number>();
  private readonly writtenAtMs = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly keys: KeysRepository,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.flush(), FLUSH_MS);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  /** Remembers that a key was used now. */
  note(keyUuid: string): void {
    this.noted.set(keyUuid, this.clock.nowMs());
  }

  /** Writes what is due in one statement. What cannot be written is tried again with the next flush. */
  async flush(): Promise<void> {
    const nowMs = this.clock.nowMs();
    for (const [keyUuid, atMs] of this.writtenAtMs) {
      if (nowMs - atMs >= MINUTE_MS) this.writtenAtMs.delete(keyUuid);
    }
    const due = [...this.noted].filter(([keyUuid]) => !this.writtenAtMs.has(keyUuid));
    if (due.length === 0) return;
    for (const [keyUuid, usedAtMs] of due) {
      this.noted.delete(keyUuid);
      this.writtenAtMs.set(keyUuid, usedAtMs);
    }
    try {
      await this.keys.writeLastUse(due.map(([keyUuid, usedAtMs]) => ({ keyUuid, usedAtMs })));
    } catch (error) {
      this.logger.warn(`last use of ${due.length} keys not written: ${(error as Error).message}`);
      for (const [keyUuid, usedAtMs] of due) {
        this.writtenAtMs.delete(keyUuid);
        if (!this.noted.has(keyUuid)) this.noted.set(keyUuid, usedAtMs);
      }
    }
  }
}
