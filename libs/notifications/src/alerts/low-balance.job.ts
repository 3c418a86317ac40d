import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ForecastService, LowBalanceService } from '#billing';
import { toCredits } from '#common';
import { Transactions, type Tx } from '#database';
import { AlertsRepository } from './alerts.repository.js';
import { ACTS_ON_MONEY, TellService } from './tell.service.js';

const EVERY_MS = 1_000;
const AT_ONCE = 50;
type Crossing = Awaited<ReturnType<LowBalanceService['takeCrossings']>>[number];

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
        await (crossing.side === 'below' ? this.tellLow(tx, crossing) : this.tellRecovered(tx, crossing));
      }
      return crossings.length;
    });
  }

  private async tellLow(tx: Tx, crossing: Crossing): Promise<void> {
    const { accountUuid, crossedAt } = crossing;
    const { creditsPerDay, runsOutAt } = await this.forecasts.forecast(accountUuid, tx);
    const credits = toCredits(crossing.balanceMillicredits);
    const threshold = toCredits(crossing.thresholdMillicredits);
    await this.tell.account(tx, {
      accountUuid,
      kind: 'low_balance',
      roles: ACTS_ON_MONEY,
      params: { credits, threshold, creditsPerDay, runsOutAt: runsOutAt?.toISOString() ?? null },
      facts: (accountName) => ({ accountName, credits, threshold, runsOutAt }),
      dedupeKey: `low_balance:${accountUuid}:${crossedAt.toISOString()}`,
    });
  }

  private async tellRecovered(tx: Tx, crossing: Crossing): Promise<void> {
    const { accountUuid, balanceMillicredits, crossedAt, thresholdMillicredits } = crossing;
    const closed = await this.alerts.close(tx, accountUuid, 'low_balance');
    // Whoever switched the threshold off knows it, and the balance is what it was.
    if (closed === 0 || balanceMillicredits < thresholdMillicredits) return;
    await this.tell.dashboards(tx, {
      accountUuid,
      kind: 'balance_recovered',
      params: { credits: toCredits(balanceMillicredits), threshold: toCredits(thresholdMillicredits) },
      dedupeKey: `balance_recovered:${accountUuid}:${crossedAt.toISOString()}`,
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
