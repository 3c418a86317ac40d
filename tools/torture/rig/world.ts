import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { Books, type OpenedAccount } from '../../product/books.ts';
import { ApiSlot, type Fate, type Life } from './api-slot.ts';
import { freezeBuild, type Patch } from './frozen-build.ts';
import { PostgresServer } from './postgres-server.ts';
import { SmallDisk } from './small-disk.ts';
import { freePort, waitUntil } from './timing.ts';

/** The model all traffic asks for; any of the catalog would do. */
export const MODEL = 'llama3.2:3b';
const RICH_CREDITS = 10_000_000;
const POOR_CREDITS = 150;

export interface WorldAccount extends OpenedAccount {
  isPoor: boolean;
}

/** One line of the hostile upstream's journal, what the checker needs of it. */
export interface UpstreamLine {
  receivedBody: string;
  outcome: string;
  startedAt: number;
  usageSent: { prompt_tokens: number; completion_tokens: number } | null;
  textSent: string;
  peerClosedAt: number | null;
}

/** Database, upstream and API processes of one run, in a folder that is gone afterwards. */
export class World {
  readonly folder: string;
  readonly postgres: PostgresServer;
  /** What the database is on, when a scenario wants to fill it. */
  readonly disk: SmallDisk | undefined;
  readonly slots: ApiSlot[] = [];
  accounts: WorldAccount[] = [];
  sandboxUrl = '';
  secondSandboxUrl = '';
  /** Death notices, for whoever counts. */
  onDeath: ((life: Life) => void) | undefined;
  /** How the next process of a slot dies. */
  nextFate: (slot: number) => Fate = () => ({});
  private readonly children: ChildProcess[] = [];
  private environment: Record<string, string> = {};
  private pool: pg.Pool | undefined;

  private constructor(parts: { folder: string; postgres: PostgresServer; disk: SmallDisk | undefined }) {
    this.folder = parts.folder;
    this.postgres = parts.postgres;
    this.disk = parts.disk;
  }

  /** Database up, migrated and seeded, upstream up; no API process yet. */
  static async make(patches: Patch[] = [], options: { diskMegabytes?: number } = {}): Promise<World> {
    const folder = freezeBuild(patches);
    const dataDir = join(folder, 'data');
    const disk = options.diskMegabytes ? new SmallDisk(dataDir, options.diskMegabytes) : undefined;
    const postgres = await PostgresServer.start(dataDir);
    const world = new World({ folder, postgres, disk });
    execFileSync(process.execPath, [join(folder, 'dist', 'apps', 'cli', 'src', 'migrate.js')], {
      cwd: folder,
      env: { ...process.env, DATABASE_URL: postgres.url },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    world.environment = {
      DATABASE_URL: postgres.url,
      AUTH_SECRET: randomBytes(32).toString('hex'),
      SECRETS_KEY: randomBytes(32).toString('hex'),
      LOG_LEVEL: 'warn',
    };
    return world;
  }

  async startSandbox(): Promise<void> {
    this.sandboxUrl = await this.startUpstream(this.journalFile);
    this.environment['UPSTREAM_BASE_URL'] = this.sandboxUrl;
  }

  /** Another upstream, which serves nobody until a route leads there. */
  async startSecondSandbox(): Promise<void> {
    this.secondSandboxUrl = await this.startUpstream(join(this.folder, 'second.jsonl'));
  }

  /** What every request to the second upstream meets from now on. */
  async scriptSecondSandbox(script: string): Promise<void> {
    await fetch(new URL('/__script', this.secondSandboxUrl), { method: 'PUT', body: script });
  }

  private async startUpstream(journalFile: string): Promise<string> {
    const port = await freePort();
    const main = join(this.folder, 'dist', 'apps', 'sandbox', 'src', 'main.js');
    this.children.push(
      spawn(process.execPath, [main, '--port', String(port), '--journal', journalFile], {
        cwd: this.folder,
        stdio: 'ignore',
      }),
    );
    await waitUntil(
      async () => (await fetch(`http://127.0.0.1:${port}/v1/models`).catch(() => undefined))?.ok === true,
      20_000,
    );
    return `http://127.0.0.1:${port}/v1`;
  }

  /** An upstream that somebody else has started, in place of the sandbox. */
  forwardTo(baseUrl: string): void {
    this.environment['UPSTREAM_BASE_URL'] = baseUrl;
  }

  async openAccounts(counts: { rich: number; poor: number }): Promise<void> {
    const books = await Books.open(this.postgres.url);
    const rich = await books.openAccounts({ count: counts.rich, credits: RICH_CREDITS });
    const poor = await books.openAccounts({ count: counts.poor, credits: POOR_CREDITS });
    await books.close();
    this.accounts = [
      ...rich.map((account) => ({ ...account, isPoor: false })),
      ...poor.map((account) => ({ ...account, isPoor: true })),
    ];
  }

  /** More of the rich, after the others. */
  async openMore(count: number): Promise<void> {
    const books = await Books.open(this.postgres.url);
    const opened = await books.openAccounts({ count, credits: RICH_CREDITS });
    await books.close();
    this.accounts.push(...opened.map((account) => ({ ...account, isPoor: false })));
  }

  /** One with so many credits, and perhaps a budget on its key. */
  async openOne(of: { millicredits: number; budgetMillicredits: number | null }): Promise<WorldAccount> {
    const books = await Books.open(this.postgres.url);
    const [account] = await books.openAccounts({ count: 1, credits: of.millicredits / 1000 });
    await books.close();
    if (of.budgetMillicredits !== null) {
      await this.ask((pool) =>
        pool.query(`UPDATE keys SET budget_millicredits = $2, budget_reset = 'daily' WHERE account_id = $1`, [
          account!.accountUuid,
          of.budgetMillicredits,
        ]),
      );
    }
    return { ...account!, isPoor: false };
  }

  /** A little more for those that run out, so that refusals and admissions go on alternating. */
  async feedThePoor(credits: number): Promise<void> {
    await this.withClient(async (client) => {
      for (const { accountUuid } of this.accounts.filter(({ isPoor }) => isPoor)) {
        await client.query(`SELECT billing_grant($1, $2, 'operator', $3, 100, false, $4, NULL, NULL)`, [
          randomUUID(),
          accountUuid,
          randomUUID(),
          credits * 1000,
        ]);
      }
    });
  }

  /** So many API processes, each on a port of its own; resolves when all answer. */
  async startApi(processes: number, more: Record<string, string> = {}): Promise<void> {
    for (let slot = 0; slot < processes; slot++) {
      const one = new ApiSlot({
        slot,
        port: await freePort(),
        folder: this.folder,
        environment: { ...this.environment, ...more },
        nextFate: (of) => this.nextFate(of),
        onDeath: (life) => this.onDeath?.(life),
      });
      this.slots.push(one);
      one.start();
    }
    if (!(await waitUntil(() => this.slots.every((slot) => slot.isReady), 60_000))) {
      throw new Error('the API does not become ready');
    }
  }

  /** Jobs alone, in a process that takes no request and is never killed. Returns what ends it. */
  startWorker(): () => void {
    const child = spawn(process.execPath, [join(this.folder, 'dist', 'apps', 'worker', 'src', 'main.js')], {
      cwd: this.folder,
      env: { ...process.env, ...this.environment },
      stdio: 'ignore',
    });
    this.children.push(child);
    return () => child.kill('SIGTERM');
  }

  /** The same over a pool, for questions that come by the hundred. */
  async ask<T>(question: (pool: pg.Pool) => Promise<T>): Promise<T> {
    if (this.pool === undefined) {
      this.pool = new pg.Pool({ connectionString: this.postgres.url, max: 4, application_name: 'torture' });
      this.pool.on('error', () => undefined);
    }
    return question(this.pool);
  }

  async withClient<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: this.postgres.url, application_name: 'torture' });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async openHolds(): Promise<number> {
    return this.withClient(async (client) => {
      const { rows } = await client.query<{ n: string }>(
        `SELECT count(*) AS n FROM holds WHERE state = 'open'`,
      );
      return Number(rows[0]!.n);
    });
  }

  /** The process of some connection of the API. */
  async someBackend(random: () => number): Promise<number> {
    return this.withClient(async (client) => {
      const { rows } = await client.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'llm-%' ORDER BY pid`,
      );
      return rows[Math.floor(random() * rows.length)]!.pid;
    });
  }

  readUpstreamJournal(): UpstreamLine[] {
    if (!existsSync(this.journalFile)) return [];
    const lines = readFileSync(this.journalFile, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as UpstreamLine).filter(({ receivedBody }) => receivedBody);
  }

  /** Everything ends; `keep` leaves the folder with logs and journals to look at. */
  async end(options: { keep: boolean }): Promise<void> {
    await Promise.all(this.slots.map((slot) => slot.stop()));
    for (const child of this.children) child.kill('SIGTERM');
    await this.pool?.end();
    await this.postgres.stop().catch(() => undefined);
    if (!options.keep) this.disk?.unmount();
    if (options.keep) console.log(`left to look at: ${this.folder}`);
    else rmSync(this.folder, { recursive: true, force: true });
  }

  private get journalFile(): string {
    return join(this.folder, 'upstream.jsonl');
  }
}
