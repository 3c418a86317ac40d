import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ClosingBooksService } from '../closing/closing-books.service.js';
import { AttemptsService } from './attempts.service.js';
import { PeopleService } from './people.service.js';

const EVERY_MS = 60_000;

/** Each minute: finishes what a process that died left half done, and what had to wait for requests in flight. */
@Injectable()
export class AccountsUpkeepJob implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(AccountsUpkeepJob.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly people: PeopleService,
    private readonly closing: ClosingBooksService,
    private readonly attempts: AttemptsService,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running = this.running.then(() => this.tick());
    }, EVERY_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private async tick(): Promise<void> {
    const tasks = [
      () => this.people.finishUnfinished(),
      () => this.closing.finishAll(),
      () => this.attempts.forgetOld(),
    ];
    for (const task of tasks) {
      await task().catch((error: unknown) => this.logger.warn(`upkeep failed: ${(error as Error).message}`));
    }
  }
}
