import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Books, type OpenedAccount } from '../product/books.ts';
import { freePort, type RunningProduct, startProduct } from '../product/running-product.ts';
import { CHARGE_MILLICREDITS, STREAM_CHARGE_MILLICREDITS, STREAM_CHUNKS } from './answer.ts';
import { type CommitTimes, measureCommits } from './commits.ts';
import type { LoadOrder, LoadResult } from './load.ts';
import { installPeer, type Peer } from './peers.ts';
import { apiPids, canAccount, cpuUs, memoryMb, postmasterPid, treeCpuUs } from './processes.ts';

/** `bare`, `api`, or a gateway installed beside them. */
export type Contestant = string;

/** One round. Processor times are microseconds an answer; undefined where the system does not tell. */
export interface Measured extends Omit<LoadResult, 'requestIds'> {
  contestant: Contestant;
  stream: boolean;
  connections: number;
  /** Of the proxy, or of the API's processes together. */
  cpuUs: number | undefined;
  databaseCpuUs: number | undefined;
  /** Resident, of the same processes, at the end of the round. */
  memoryMb: number | undefined;
}

export interface Round {
  contestant: Contestant;
  stream?: boolean;
  connections: number;
  seconds: number;
  rate?: number;
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
  readonly books: Books;
  readonly peers: Peer[];
  private readonly helpers: ChildProcess[];
  private readonly ports: Record<Contestant, number>;
  private readonly pids: Record<Contestant, number[]>;
  private readonly postmaster: number;
  private readonly accounts: OpenedAccount[];
  private readonly answered = { plain: 0, stream: 0 };
  private wrong = 0;
  /** Charged beyond what was answered: in flight when a process was killed. */
  private cut = 0;

  private constructor(parts: {
    helpers: ChildProcess[];
    product: RunningProduct;
    barePort: number;
    peers: Peer[];
    books: Books;
    accounts: OpenedAccount[];
  }) {
    const [, bare] = parts.helpers;
    const { supervisorPid, url } = parts.product;
    this.product = parts.product;
    this.helpers = parts.helpers;
    this.peers = parts.peers;
    this.books = parts.books;
    this.accounts = parts.accounts;
    this.ports = { bare: parts.barePort, api: Number(new URL(url).port) };
    this.pids = { bare: [bare!.pid!], api: canAccount ? apiPids(supervisorPid) : [] };
    for (const peer of parts.peers) {
      this.ports[peer.name] = peer.port;
      this.pids[peer.name] = [peer.pid];
    }
    this.postmaster = canAccount ? postmasterPid(supervisorPid) : 0;
  }

  static async open(options: { processes: number; inspectable: boolean; peers: boolean }): Promise<Contest> {
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
    const accounts = await books.openAccounts({ count: ACCOUNTS, credits: CREDITS, limited: true });
    const peers = options.peers ? [await installPeer(upstreamUrl)] : [];
    return new Contest({ helpers: [upstream, bare, load], product, barePort, peers, books, accounts });
  }

  get apiPids(): number[] {
    return this.pids['api']!;
  }

  /** The supervisor has started processes in place of those that died. */
  findApiAgain(): void {
    this.pids['api'] = apiPids(this.product.supervisorPid);
  }

  commits(): Promise<CommitTimes> {
    return measureCommits(this.product.databaseUrl);
  }

  async close(): Promise<void> {
    await this.books.close();
    await this.product.stop();
    for (const peer of this.peers) peer.stop();
    for (const helper of this.helpers) helper.disconnect();
  }

  async run(round: Round): Promise<Measured> {
    const { contestant, connections, stream = false } = round;
    const isApi = contestant === 'api';
    const before = this.account(contestant);
    const { requestIds: _, ...result } = await this.load(this.orderOf(round));
    const after = this.account(contestant);
    if (isApi) this.count(result, stream);
    const answers = result.answers * (stream ? STREAM_CHUNKS : 1);
    const perAnswer = (us: number) => (canAccount ? us / answers : undefined);
    return {
      ...result,
      contestant,
      stream,
      connections,
      cpuUs: perAnswer(after.own - before.own),
      databaseCpuUs: isApi ? perAnswer(after.database - before.database) : undefined,
      memoryMb: canAccount ? memoryMb(this.pids[contestant]!) : undefined,
    };
  }

  /** Load on the API that is not measured; the caller may do something to it meanwhile. */
  async loadApi(round: Omit<Round, 'contestant'> & { ids: boolean }): Promise<LoadResult> {
    const order = this.orderOf({ ...round, contestant: 'api' });
    const result = await this.load({ ...order, ids: round.ids });
    this.answered.plain += result.answers;
    return result;
  }

  /** Requests that were charged though their client has no whole answer. */
  noteCut(charged: number): void {
    this.cut += charged;
  }

  /** Every answer charged once, at its price, and the books whole. */
  async checkBooks(): Promise<BooksChecked> {
    const sums = await this.books.sums(this.accounts.map(({ accountUuid }) => accountUuid));
    const problems = await this.books.proof();
    const expect = (what: string, actual: bigint | number, expected: bigint | number) => {
      if (actual !== expected) problems.push(`${what}: ${actual}, expected ${expected}`);
    };
    const { plain, stream } = this.answered;
    const charged = plain + stream + this.cut;
    const price = (plain + this.cut) * CHARGE_MILLICREDITS + stream * STREAM_CHARGE_MILLICREDITS;
    expect('requests charged', sums.completed, charged);
    expect('millicredits charged', sums.charged, BigInt(price));
    expect('millicredits on the records', sums.recordedCharges, BigInt(price));
    expect('balance', sums.available + sums.held, sums.granted - sums.charged);
    expect('open holds', sums.openHolds, 0);
    expect('wrong answers', this.wrong, 0);
    return {
      answered: plain + stream,
      charged: sums.completed - this.cut,
      chargedMillicredits: Number(sums.charged),
      problems,
    };
  }

  get accountUuids(): string[] {
    return this.accounts.map(({ accountUuid }) => accountUuid);
  }

  private orderOf({ contestant, connections, seconds, stream = false, rate }: Round): LoadOrder {
    const peer = this.peers.find(({ name }) => name === contestant);
    const charge = stream ? STREAM_CHARGE_MILLICREDITS : CHARGE_MILLICREDITS;
    return {
      port: this.ports[contestant]!,
      path: '/v1/chat/completions',
      headers: peer?.headers ?? [],
      stream,
      connections,
      seconds,
      ...(rate === undefined ? {} : { rate }),
      keys: this.accounts.map(({ key }) => key),
      expected: contestant === 'api' ? `"credits":${charge / 1000}}` : '"total_tokens":',
    };
  }

  private count(result: Omit<LoadResult, 'requestIds'>, stream: boolean): void {
    this.answered[stream ? 'stream' : 'plain'] += result.answers;
    this.wrong += result.wrong;
  }

  private account(contestant: Contestant): { own: number; database: number } {
    if (!canAccount) return { own: 0, database: 0 };
    return {
      own: cpuUs(this.pids[contestant]!),
      database: treeCpuUs(this.postmaster),
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
