import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock, type Tx } from '#database';
import { runsOutAtMs } from './forecast.js';
import { SpendingRateRepository } from './spending-rate.repository.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** An open page asks every 1.5 s: reading the rate is to take no more than this part of the time. */
const PART_OF_TIME = 1 / 100;
const LONGEST_KEPT_MS = 60_000;
const RATES_KEPT = 10_000;

export interface Forecast {
  creditsPerDay: number;
  /** Null: never at this rate, or not within a year. */
  runsOutAt: Date | null;
}

/** What an account's credits will last, if it goes on as in the last seven days. */
@Injectable()
export class ForecastService {
  private readonly rates = new LRUCache<string, number>({ max: RATES_KEPT, ttl: LONGEST_KEPT_MS });

  constructor(
    private readonly repository: SpendingRateRepository,
    private readonly clock: Clock,
  ) {}

  /** Of the last seven days, or of as many as the account has been used, but at least one. */
  async forecast(accountUuid: string, tx?: Tx): Promise<Forecast> {
    const millicreditsPerDay = await this.rate(accountUuid, tx);
    const grants = await this.repository.grants(accountUuid, tx);
    const endMs = runsOutAtMs(grants, { millicreditsPerDay, nowMs: this.clock.nowMs() });
    return {
      creditsPerDay: Math.round(millicreditsPerDay) / 1000,
      runsOutAt: endMs === undefined ? null : new Date(endMs),
    };
  }

  private async rate(accountUuid: string, tx: Tx | undefined): Promise<number> {
    const kept = this.rates.get(accountUuid);
    if (kept !== undefined) return kept;
    // The hour that is running counts too: `to` is where it ends.
    const askedAtMs = performance.now();
    const to = new Date((Math.floor(this.clock.nowMs() / HOUR_MS) + 1) * HOUR_MS);
    const from = new Date(to.getTime() - WEEK_MS);
    const { chargeMillicredits, firstHour } = await this.repository.spent({ accountUuid, from, to }, tx);
    const usedMs = firstHour === null ? WEEK_MS : this.clock.nowMs() - firstHour.getTime();
    const rate = Number(chargeMillicredits) / (Math.min(WEEK_MS, Math.max(DAY_MS, usedMs)) / DAY_MS);
    // "Nothing spent" is true no longer than until the first request, and reading it costs next to nothing.
    if (rate > 0) {
      const ttl = Math.ceil((performance.now() - askedAtMs) / PART_OF_TIME);
      this.rates.set(accountUuid, rate, { ttl: Math.min(LONGEST_KEPT_MS, ttl) });
    }
    return rate;
  }
}
