/**
 * One of the processes that drive the bank: workers that call the ledger's functions over connections that are cut
 * under them, ask again with the same id until they are answered, and write down what they were told.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { randomFrom } from './timing.ts';

export interface BankOrder {
  url: string;
  accounts: string[];
  workers: number;
  operations: number;
  seed: number;
}

/** What was asked and what was answered. Amounts are millicredits as decimal text. */
export interface BankLine {
  kind: 'grant' | 'reserve' | 'end' | 'clawback';
  id: string;
  account: string;
  state: string;
  amount: string;
  /** Asked again because the first time was not answered. */
  again: number;
}

export interface BankReport {
  lines: BankLine[];
  /** Times a connection was lost under a call. */
  lost: number;
  /** Times PostgreSQL refused and asking again is right: a deadlock, a lock not had in time. */
  retried: number;
  errors: string[];
}

interface Call {
  kind: BankLine['kind'];
  id: string;
  account: string;
  text: string;
  values: unknown[];
}

const RETRYABLE = new Set(['40P01', '40001', '55P03']);
const PROCESS = randomUUID();

class BankWorker {
  private client: pg.Client | undefined;
  private readonly open: { id: string; account: string }[] = [];
  private readonly past: Call[] = [];
  private readonly order: BankOrder;
  private readonly report: BankReport;
  private readonly random: () => number;

  constructor(order: BankOrder, report: BankReport, seed: number) {
    this.order = order;
    this.report = report;
    this.random = randomFrom(seed);
  }

  async run(operations: number): Promise<void> {
    for (let i = 0; i < operations; i++) await this.perform(this.choose());
    for (const hold of this.open.splice(0)) await this.perform(this.end(hold, 'release'));
    await this.client?.end().catch(() => undefined);
  }

  private choose(): Call {
    const dice = this.random();
    const account = this.order.accounts[this.upTo(this.order.accounts.length)]!;
    if (dice < 0.1 && this.past.length > 0) return this.past[this.upTo(this.past.length)]!;
    if (dice < 0.24) return this.grant(account);
    if (dice < 0.29) return this.clawback(account);
    if (dice < 0.6 && this.open.length > 0) {
      const [hold] = this.open.splice(this.upTo(this.open.length), 1);
      const how = this.random();
      return this.end(hold!, how < 0.75 ? 'settle' : how < 0.9 ? 'release' : 'expire');
    }
    return this.reserve(account);
  }

  private grant(account: string): Call {
    const dice = this.random();
    const inSeconds = (from: number) => new Date(Date.now() + from * 1000).toISOString();
    const expires = dice < 0.3 ? inSeconds(3 + this.upTo(4)) : null;
    const effective = dice > 0.85 ? inSeconds(1) : null;
    const id = randomUUID();
    return {
      kind: 'grant',
      id,
      account,
      text: `SELECT state, $7::bigint AS amount FROM billing_grant($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      values: [
        id,
        account,
        dice < 0.5 ? 'promo' : 'operator',
        id,
        this.upTo(3) * 50,
        dice < 0.2,
        1_000 * (20 + this.upTo(150)),
        effective,
        expires,
      ],
    };
  }

  private clawback(account: string): Call {
    const id = randomUUID();
    return {
      kind: 'clawback',
      id,
      account,
      text: `SELECT state, taken + owed AS amount FROM billing_clawback($1, NULL, 'payment', $2, $3)`,
      values: [account, id, 1_000 * (5 + this.upTo(60))],
    };
  }

  private reserve(account: string): Call {
    const id = randomUUID();
    const member = {
      i: 0,
      r: id,
      a: account,
      m: 'bank',
      x: 1_000,
      p: 5 + this.upTo(20),
      w: 10 + this.upTo(40),
      l: 5,
      c: 1,
      s: false,
    };
    return {
      kind: 'reserve',
      id,
      account,
      text: `SELECT r->0->>'s' AS state, r->0->>'h' AS amount FROM billing_reserve($1, $2, $3, 900) AS r`,
      values: [JSON.stringify([member]), [account], PROCESS],
    };
  }

  private end(hold: { id: string; account: string }, how: string): Call {
    const used = how === 'settle' ? { p: this.upTo(25), c: this.upTo(60) } : { p: 0, c: 0 };
    const member = {
      i: 0,
      r: hold.id,
      a: hold.account,
      e: how,
      ...used,
      us: 'reported',
      oc: how === 'settle' ? 'completed' : 'no_answer',
      st: false,
      at: [],
    };
    return {
      kind: 'end',
      id: hold.id,
      account: hold.account,
      text: `SELECT r->0->>'s' AS state, r->0->>'ch' AS amount FROM billing_settle($1, $2) AS r`,
      values: [JSON.stringify([member]), [hold.account]],
    };
  }

  /** Asks until answered: the same id makes every repetition harmless, or the checker will say so. */
  private async perform(call: Call): Promise<void> {
    for (let again = 0; ; again++) {
      try {
        this.client ??= await this.connect();
        const { rows } = await this.client.query<{ state: string; amount: string | null }>(
          call.text,
          call.values,
        );
        const { state, amount } = rows[0]!;
        this.report.lines.push({
          kind: call.kind,
          id: call.id,
          account: call.account,
          state,
          amount: amount ?? '0',
          again,
        });
        if (call.kind === 'reserve' && state === 'held')
          this.open.push({ id: call.id, account: call.account });
        if (call.kind === 'reserve' && state === 'exists_open' && again > 0)
          this.open.push({ id: call.id, account: call.account });
        this.past.push(call);
        if (this.past.length > 50) this.past.shift();
        return;
      } catch (error) {
        if (!this.isHarmless(error as Error & { code?: string })) return;
      }
    }
  }

  private isHarmless(error: Error & { code?: string }): boolean {
    if (error instanceof pg.DatabaseError && RETRYABLE.has(error.code ?? '')) {
      this.report.retried += 1;
      return true;
    }
    if (error instanceof pg.DatabaseError && !/^(57|08)/.test(error.code ?? '')) {
      this.report.errors.push(`${error.code} ${error.message}`);
      return false;
    }
    this.report.lost += 1;
    void this.client?.end().catch(() => undefined);
    this.client = undefined;
    return true;
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.order.url, application_name: 'torture-bank' });
    client.on('error', () => undefined);
    await client.connect();
    await client.query(`SET lock_timeout = '1s'`);
    return client;
  }

  private upTo(most: number): number {
    return Math.floor(this.random() * most);
  }
}

process.on('message', (order: BankOrder) => {
  const report: BankReport = { lines: [], lost: 0, retried: 0, errors: [] };
  const each = Math.ceil(order.operations / order.workers);
  const workers = Array.from(
    { length: order.workers },
    (_, i) => new BankWorker(order, report, order.seed + i),
  );
  void Promise.all(workers.map((worker) => worker.run(each))).then(() => process.send!(report));
});
process.on('disconnect', () => process.exit(0));
