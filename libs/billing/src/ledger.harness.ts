import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { idToUuid, newId, type RequestId } from '#common';
import { Clock, createDataSource, createTestDatabase, Transactions } from '#database';
import { GrantsService } from './grants.service.js';
import { LedgerService } from './ledger.service.js';
import type { ReserveInput, SettleInput } from './ledger-contract.js';
import { LedgerProofService } from './ledger-proof.service.js';
import { seedPlans } from './plans.js';
import { ProcessHeartbeat } from './process-heartbeat.js';
import { SweeperJob } from './sweeper.job.js';

/** One API process's worth of ledger, without Nest. */
export interface LedgerProcess {
  ledger: LedgerService;
  heartbeat: ProcessHeartbeat;
  sweeper: SweeperJob;
}

/** A ledger on a database of its own, for tests. */
export class LedgerHarness {
  readonly grants = new GrantsService();
  readonly transactions: Transactions;
  readonly proof: LedgerProofService;
  private readonly processes: LedgerProcess[] = [];

  private constructor(
    private readonly database: { url: string; drop(): Promise<void> },
    readonly dataSource: DataSource,
    readonly pool: pg.Pool,
  ) {
    this.transactions = new Transactions(dataSource);
    this.proof = new LedgerProofService(pool);
  }

  static async create(): Promise<LedgerHarness> {
    const database = await createTestDatabase();
    const dataSource = await createDataSource({ url: database.url, poolSize: 8 }).initialize();
    const pool = (dataSource.driver as unknown as { master: pg.Pool }).master;
    pool.on('error', () => undefined);
    const harness = new LedgerHarness(database, dataSource, pool);
    await harness.transactions.run(seedPlans);
    return harness;
  }

  get url(): string {
    return this.database.url;
  }

  /** `url` other than the database's own: a proxy in front of it. */
  async startProcess(url = this.database.url): Promise<LedgerProcess> {
    const settings = { holdTtlSeconds: 900, processName: 'test', retentionMonths: 13 };
    const heartbeat = new ProcessHeartbeat(this.pool, settings);
    await heartbeat.onApplicationBootstrap();
    const ledger = new LedgerService({ url, poolSize: 2 }, settings, heartbeat, new Clock());
    const process = { ledger, heartbeat, sweeper: new SweeperJob(this.pool, heartbeat, ledger) };
    this.processes.push(process);
    return process;
  }

  /** An account with one grant of `millicredits` (none for 0). Its balance is low below `threshold`; null: never. */
  async account(millicredits: bigint, threshold: bigint | null = 100_000n): Promise<string> {
    const accountUuid = randomUUID();
    await this.pool.query(
      `INSERT INTO credit_accounts (account_id, plan_id, low_balance_threshold) VALUES ($1, 'free', $2)`,
      [accountUuid, threshold?.toString() ?? null],
    );
    if (millicredits > 0n) await this.grant(accountUuid, millicredits);
    return accountUuid;
  }

  async grant(
    accountUuid: string,
    amountMillicredits: bigint,
    more: Partial<Parameters<GrantsService['grant']>[1]> = {},
  ) {
    return this.transactions.run((tx) =>
      this.grants.grant(tx, {
        accountUuid,
        source: 'operator',
        reference: randomUUID(),
        amountMillicredits,
        ...more,
      }),
    );
  }

  async balance(accountUuid: string): Promise<{ available: bigint; held: bigint; debt: bigint }> {
    const { rows } = await this.pool.query(
      `SELECT coalesce(sum(available), 0) AS available, coalesce(sum(held), 0) AS held,
         (SELECT debt FROM credit_accounts WHERE account_id = $1) AS debt
       FROM credit_grants WHERE account_id = $1`,
      [accountUuid],
    );
    return { available: BigInt(rows[0].available), held: BigInt(rows[0].held), debt: BigInt(rows[0].debt) };
  }

  /** Moves the application's clock; the ledger's times follow, heartbeats do not. */
  async moveClock(interval: string): Promise<void> {
    await this.pool.query('UPDATE app_clock SET offset_interval = offset_interval + $1::interval', [
      interval,
    ]);
    await this.pool.query('SELECT billing_make_usage_partitions(app_now(), 1)');
  }

  /** Waits until a backend of that name waits for a lock, and returns its process id. */
  async blockedBackend(applicationName: string): Promise<number> {
    for (;;) {
      const { rows } = await this.pool.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1
           AND cardinality(pg_blocking_pids(pid)) > 0`,
        [applicationName],
      );
      if (rows[0]) return rows[0].pid;
    }
  }

  async close(): Promise<void> {
    for (const process of this.processes) {
      process.heartbeat.onModuleDestroy();
      await process.ledger.onModuleDestroy();
    }
    await this.dataSource.destroy();
    await this.database.drop();
  }
}

/** A reserve with nothing special about it: 1.0 credit a token, ten tokens each way, no limits. */
export function reserveInput(accountUuid: string, more: Partial<ReserveInput> = {}): ReserveInput {
  return {
    requestId: newId('request'),
    accountUuid,
    keyUuid: null,
    model: 'test:1b',
    multiplierMilli: 1000,
    priceValidUntilMs: null,
    promptTokens: 10,
    wantedTokens: 10,
    leastTokens: 10,
    quarterFloorTokens: null,
    choices: 1,
    suspended: false,
    requestsPerMinute: null,
    inFlightLimit: null,
    budgetMillicredits: null,
    budgetReset: null,
    ...more,
  };
}

export function settleInput(
  hold: { requestId: RequestId; accountUuid: string },
  more: Partial<SettleInput> = {},
): SettleInput {
  return {
    requestId: hold.requestId,
    accountUuid: hold.accountUuid,
    end: 'settle',
    promptTokens: 10,
    completionTokens: 5,
    usageSource: 'reported',
    outcome: 'completed',
    flags: [],
    streamed: false,
    attempts: [{ upstream: 'test', status: 200, ms: 1 }],
    ...more,
  };
}

export const uuidOf = idToUuid;
