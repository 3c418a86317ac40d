import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Books, type OpenedAccount } from '../product/books.ts';
import { freePort, type RunningProduct, startProduct } from '../product/running-product.ts';
import { CHARGE_MILLICREDITS } from './answer.ts';
import type { LoadOrder, LoadResult } from './load.ts';
import { apiPids, canAccount, cpuUs, postmasterPid, treeCpuUs } from './processes.ts';

export type Contestant = 'bare' | 'api';

/** One round. Processor times are microseconds an answer; undefined where the system does not tell. */
export interface Measured extends LoadResult {
  contestant: Contestant;
  connections: number;
  /** Of the proxy, or of the API's processes together. */
  cpuUs: number | undefined;
  databaseCpuUs: number | undefined;
}

export interface BooksChecked {
  /** Right answers of the API that the clients have whole. */
  answered: number;
  /** Requests with a charge. */
  charged: number;
  chargedMillicredits: number;
  problems: string[];
}

const ACCOUNTS = 50;
const CREDITS = 100_000_000;

/** Upstream, bare proxy, product and load, each in processes of its own, and the counting of what they did. */
export class Contest {
  readonly product: RunningProduct;
  readonly apiPids: number[];
  private readonly helpers: ChildProcess[];
  private readonly ports: Record<Contestant, number>;
  private readonly pids: { bare: number[]; postmaster: number };
  private readonly books: Books;
  private readonly accounts: OpenedAccount[];
  private answered = 0;
  private wrong = 0;

  private constructor(parts: {
    helpers: ChildProcess[];
    product: RunningProduct;
    barePort: number;
    books: Books;
    accounts: OpenedAccount[];
  }) {
    const [, bare] = parts.helpers;
    const { supervisorPid, url } = parts.product;
    this.product = parts.product;
    this.helpers = parts.helpers;
    this.books = parts.books;
    this.accounts = parts.accounts;
    this.ports = { bare: parts.barePort, api: Number(new URL(url).port) };
    this.apiPids = canAccount ? apiPids(supervisorPid) : [];
    this.pids = { bare: [bare!.pid!], postmaster: canAccount ? postmasterPid(supervisorPid) : 0 };
  }

  static async open(options: { processes: number; inspectable: boolean }): Promise<Contest> {
    const upstream = startHelper('upstream.ts');
    const upstreamUrl = `http://127.0.0.1:${await portOf(upstream)}`;
    const bare = startHelper('bare-proxy.ts', upstreamUrl);
    const barePort = await portOf(bare);
    const load = startHelper('load.ts');
    const product = await startProduct({
      API_PROCESSES: String(options.processes),
      UPSTREAM_BASE_URL: `${upstreamUrl}/v1`,
      ...(options.inspectable ? { NODE_OPTIONS: `--inspect-port=127.0.0.1:${await freePort()}` } : {}),
    });
    const books = await Books.open(product.databaseUrl);
    const accounts = await books.openAccounts({ count: ACCOUNTS, credits: CREDITS });
    return new Contest({ helpers: [upstream, bare, load], product, barePort, books, accounts });
  }

  async close(): Promise<void> {
    await this.books.close();
    await this.product.stop();
    for (const helper of this.helpers) helper.disconnect();
  }

  async run(round: { contestant: Contestant; connections: number; seconds: number }): Promise<Measured> {
    const { contestant, connections, seconds } = round;
    const isApi = contestant === 'api';
    const before = this.account(contestant);
    const result = await this.load({
      port: this.ports[contestant],
      connections,
      seconds,
      keys: this.accounts.map(({ key }) => key),
      expected: isApi ? `"credits":${CHARGE_MILLICREDITS / 1000}}` : '"total_tokens":',
    });
    const after = this.account(contestant);
    if (isApi) {
      this.answered += result.answers;
      this.wrong += result.wrong;
    }
    const perAnswer = (us: number) => (canAccount ? us / result.answers : undefined);
    return {
      ...result,
      contestant,
      connections,
      cpuUs: perAnswer(after.own - before.own),
      databaseCpuUs: isApi ? perAnswer(after.database - before.database) : undefined,
    };
  }

  /** Every answer charged once, at its price, and the books whole. */
  async checkBooks(): Promise<BooksChecked> {
    const sums = await this.books.sums(this.accounts.map(({ accountUuid }) => accountUuid));
    const problems = await this.books.proof();
    const expect = (what: string, actual: bigint | number, expected: bigint | number) => {
      if (actual !== expected) problems.push(`${what}: ${actual}, expected ${expected}`);
    };
    const price = BigInt(this.answered) * BigInt(CHARGE_MILLICREDITS);
    expect('requests charged', sums.completed, this.answered);
    expect('millicredits charged', sums.charged, price);
    expect('millicredits on the records', sums.recordedCharges, price);
    expect('balance', sums.available + sums.held, sums.granted - sums.charged);
    expect('open holds', sums.openHolds, 0);
    expect('wrong answers', this.wrong, 0);
    return {
      answered: this.answered,
      charged: sums.completed,
      chargedMillicredits: Number(sums.charged),
      problems,
    };
  }

  private account(contestant: Contestant): { own: number; database: number } {
    if (!canAccount) return { own: 0, database: 0 };
    return {
      own: cpuUs(contestant === 'api' ? this.apiPids : this.pids.bare),
      database: treeCpuUs(this.pids.postmaster),
    };
  }

  private async load(order: LoadOrder): Promise<LoadResult> {
    const load = this.helpers.at(-1)!;
    load.send(order);
    const [result] = (await once(load, 'message')) as [LoadResult];
    return result;
  }
}

function startHelper(file: string, ...args: string[]): ChildProcess {
  return fork(join(import.meta.dirname, file), args, { execArgv: [] });
}

async function portOf(helper: ChildProcess): Promise<number> {
  const [{ port }] = (await once(helper, 'message')) as [{ port: number }];
  return port;
}
