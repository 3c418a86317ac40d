import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type ExpiringGrant, ExpiringGrantsService } from '#billing';
import { type GrantId, toCredits } from '#common';
import { Transactions } from '#database';
import { AlertsRepository } from './alerts.repository.js';
import { ACTS_ON_MONEY, TellService } from './tell.service.js';

const EVERY_MS = 5 * 60_000;
const AT_ONCE = 500;
/** How many days before they end people are told. */
const DAYS = [7, 1] as const;

/**
 * Each five minutes: credits that somebody paid for or was welcomed with, and that end in 7 days or in one, are told;
 * each grant once at each, by whichever process comes first. An alert closes when its grant is used up or has ended.
 */
@Injectable()
export class GrantExpiringJob implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(GrantExpiringJob.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(
    private readonly grants: ExpiringGrantsService,
    private readonly tell: TellService,
    private readonly alerts: AlertsRepository,
    private readonly transactions: Transactions,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.tick();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.running;
  }

  async tellExpiring(): Promise<void> {
    for await (const page of this.grants.pages(DAYS)) {
      const told = await this.alerts.told(page.map(dedupeKeyOf));
      for (const grant of page) {
        if (this.isStopping) return;
        if (told.has(dedupeKeyOf(grant))) continue;
        await this.tellOne(grant).catch((error: Error) => {
          this.logger.warn(`${grant.grantId} expires and waits to be told: ${error.message}`);
        });
      }
    }
  }

  async closeEnded(): Promise<void> {
    let after: string | null = null;
    for (;;) {
      const open = await this.alerts.expiringGrants({ after, limit: AT_ONCE });
      if (open.length === 0 || this.isStopping) return;
      const stillThere = await this.grants.stillThere(open.map((row) => row.grant_id as GrantId));
      const ended = open.map((row) => row.grant_id).filter((id) => !stillThere.has(id as GrantId));
      if (ended.length > 0) await this.transactions.run((tx) => this.alerts.closeGrants(tx, ended));
      after = open.at(-1)!.id;
    }
  }

  private async tellOne(grant: ExpiringGrant): Promise<void> {
    const { accountUuid, days, expiresAt, grantId, source } = grant;
    const credits = toCredits(grant.leftMillicredits);
    await this.transactions.run(async (tx) => {
      const isNew = await this.tell.account(tx, {
        accountUuid,
        kind: 'grant_expiring',
        roles: ACTS_ON_MONEY,
        params: { credits, expiresAt: expiresAt.toISOString(), days, source, grantId },
        facts: (accountName) => ({ accountName, credits, expiresAt }),
        dedupeKey: dedupeKeyOf(grant),
      });
      // What was told a week before is still so, and this says it.
      if (isNew) await this.alerts.closeGrants(tx, [grantId], { butKey: dedupeKeyOf(grant) });
    });
  }

  private async tick(): Promise<void> {
    try {
      await this.tellExpiring();
      await this.closeEnded();
    } catch (error) {
      this.logger.warn(`expiring grants wait to be told: ${(error as Error).message}`);
    }
    if (this.isStopping) return;
    this.timer = setTimeout(() => {
      this.running = this.tick();
    }, EVERY_MS);
  }
}

const dedupeKeyOf = ({ days, grantId }: ExpiringGrant) => `grant_expiring:${grantId}:${days}`;
