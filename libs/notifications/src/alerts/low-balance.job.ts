import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ForecastService, LowBalanceService } from '#billing';
import { toCredits } from '#common';
import { Transactions } from '#database';
import { AlertsRepository } from './alerts.repository.js';
import { TellService } from './tell.service.js';

const EVERY_MS = 1_000;
const AT_ONCE = 50;
/** Who acts on money. */
const TOLD = ['owner', 'admin', 'billing'] as const;

/** About each second: balances that crossed their threshold are told, each crossing once. */
@Injectable()
export class LowBalanceJob implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(LowBalanceJob.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(
    private readonly lowBalance: LowBalanceService,
    private readonly forecasts: ForecastService,
    private readonly tell: TellService,
    private readonly alerts: AlertsRepository,
    private readonly transactions: Transactions,
  ) {}

  onApplicationBootstrap(): void {
    this.next();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** Takes crossings and tells them in one transaction: neither is there without the other. */
  async tellCrossings(): Promise<number> {
    return this.transactions.run(async (tx) => {
      const crossings = await this.lowBalance.takeCrossings(tx, { limit: AT_ONCE });
      for (const crossing of crossings) {
        const { accountUuid, crossedAt } = crossing;
        if (crossing.side === 'above') {
          await this.alerts.close(tx, accountUuid, 'low_balance');
          continue;
        }
        const { creditsPerDay, runsOutAt } = await this.forecasts.forecast(accountUuid);
        const credits = toCredits(crossing.balanceMillicredits);
        const threshold = toCredits(crossing.thresholdMillicredits);
        await this.tell.account(tx, {
          accountUuid,
          kind: 'low_balance',
          roles: TOLD,
          params: { credits, threshold, creditsPerDay, runsOutAt: runsOutAt?.toISOString() ?? null },
          facts: (accountName) => ({ accountName, credits, threshold, runsOutAt }),
          dedupeKey: `low_balance:${accountUuid}:${crossedAt.toISOString()}`,
        });
      }
      return crossings.length;
    });
  }

  private next(): void {
    if (this.isStopping) return;
    this.timer = setTimeout(() => {
      this.running = this.tick();
    }, EVERY_MS);
  }

  private async tick(): Promise<void> {
    try {
      await this.tellCrossings();
    } catch (error) {
      this.logger.warn(`low balances wait to be told: ${(error as Error).message}`);
    }
    this.next();
  }
}
