import { randomUUID } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import pg from 'pg';
import { AccountsService, KeysService, type NewKey } from '#accounts';
import { LedgerProofService } from '#billing';
import { type AccountId, idToUuid, type KeyId, parseId, toCredits, toMilli } from '#common';
import { type Actor, createTestDatabase, Transactions, type Tx } from '#database';
import { AccountOpeningService, prepareDatabase } from '#operator';
import { type Sandbox, startSandbox } from '../../sandbox/src/sandbox-server.js';
import { type ApiProcess, startApi } from '../src/api-process.js';
import { type ApiConfig, readApiConfig } from '../src/config.js';
import { administration } from './administration.js';
import { type Answer, type Call, call, type OpenCall, openCall } from './http-call.js';
import { PASSWORD, Visitor, verificationToken } from './visitor.js';

/** Somebody with an account and a key. */
export interface Holder {
  accountId: AccountId;
  accountUuid: string;
  keyId: KeyId;
  key: string;
}

/** An account's money as its rows say, in credits. */
export interface Books {
  available: number;
  held: number;
  openHolds: number;
  inFlight: number;
}

/**
 * Settings for tests of what people do: a request that asks for a second connection while it holds one waits for good
 * here, and elsewhere as soon as many come at one time.
 */
export const ONE_CONNECTION = { POOL_SIZE: '1', LOG_LEVEL: 'warn' };

const actor: Actor = { kind: 'system', id: 'test' };
const POLL_MS = 10;
/** The ledger's own word for when a hold must have ended. */
const HOLDS_END_MS = 5_000;

/**
 * The running product: a database of its own, the sandbox as upstream, and one or more APIs. Two APIs in this one
 * process are two as far as money goes: each has its own connections, batches, caches and heartbeat, and meets the
 * other only in PostgreSQL.
 */
export class ApiHarness {
  private constructor(
    private readonly database: { url: string; drop(): Promise<void> },
    private readonly apis: ApiProcess[],
    private readonly context: INestApplicationContext,
    private readonly settings: { environment: NodeJS.ProcessEnv; config: ApiConfig },
    readonly sandbox: Sandbox,
    readonly pool: pg.Pool,
  ) {}

  static async start(
    options: {
      apis?: number;
      environment?: Record<string, string>;
      prepare?: (pool: pg.Pool) => Promise<void>;
    } = {},
  ): Promise<ApiHarness> {
    const [database, sandbox] = await Promise.all([createTestDatabase(), startSandbox()]);
    await prepareDatabase({ url: database.url });
    const pool = new pg.Pool({ connectionString: database.url, max: 4 });
    pool.on('error', () => undefined);
    await options.prepare?.(pool);
    const environment = {
      DATABASE_URL: database.url,
      POOL_SIZE: '4',
      PORT: '0',
      AUTH_SECRET: 'a secret for tests, long enough to be taken',
      SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
      UPSTREAM_BASE_URL: sandbox.baseUrl,
      LOG_LEVEL: 'error',
      TRUST_PROXY: '127.0.0.1,::1',
      ...options.environment,
    };
    const config = readApiConfig(environment);
    const apis: ApiProcess[] = [];
    for (let i = 0; i < (options.apis ?? 1); i++) apis.push(await startApi(config));
    const context = await administration(config);
    return new ApiHarness(database, apis, context, { environment, config }, sandbox, pool);
  }

  get config(): ApiConfig {
    return this.settings.config;
  }

  /** Another API on the same database, with other settings where they are given; its number. */
  async add(environment: NodeJS.ProcessEnv = {}): Promise<number> {
    const config = readApiConfig({ ...this.settings.environment, ...environment });
    return this.apis.push(await startApi(config)) - 1;
  }

  /** Asks an API to end as SIGTERM does; its number stays taken. */
  stop(number: number): Promise<void> {
    return this.apis[number]!.stop();
  }

  /** Address of the first API, or of another; a herd is dealt out by number. */
  url(number = 0): string {
    return `http://127.0.0.1:${this.apis[number % this.apis.length]!.port}`;
  }

  call(options: Call & { number?: number }): Promise<Answer> {
    return call(this.url(options.number), options);
  }

  /** A chat completion by this holder. */
  chat(holder: Holder, body: object | string | Buffer, number = 0): Promise<Answer> {
    return this.openChat(holder, body, number).ended;
  }

  openChat(holder: Holder, body: object | string | Buffer, number = 0): OpenCall {
    return openCall(this.url(number), {
      method: 'POST',
      path: '/v1/chat/completions',
      headers: bearer(holder.key),
      body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    });
  }

  /** An account with exactly these credits and no limits, and its first key. */
  async open(credits: number | bigint, options: { planLimits?: 'kept' } = {}): Promise<Holder> {
    const opened = await this.context.get(AccountOpeningService).open(actor, {
      email: `${randomUUID()}@example.com`,
      planId: 'free',
      // A bigint is millicredits, a number credits.
      grantMillicredits: typeof credits === 'bigint' ? credits : toMilli(credits),
    });
    if (options.planLimits !== 'kept') {
      const limits = { requestsPerMinute: null, inFlightLimit: null, keyLimit: null };
      await this.run((tx) =>
        this.context.get(AccountsService).setLimits(tx, actor, { accountId: opened.accountId, limits }),
      );
    }
    const { accountId, keyId, key } = opened;
    return { accountId, accountUuid: idToUuid(accountId), keyId, key };
  }

  /** Somebody at a browser who is not signed in. */
  visitor(email?: string): Visitor {
    return new Visitor((number) => this.url(number), this.config.publicUrl, email);
  }

  /** Somebody who has signed up, verified their address and signed in, with the welcome credits. */
  async signUp(email?: string, name = 'Ada'): Promise<Visitor> {
    const visitor = this.visitor(email);
    const form = { email: visitor.email, name, password: PASSWORD };
    expectStatus(await visitor.post('/api/auth/sign-up/email', form), 200);
    expectStatus(await visitor.get(this.verificationPath(visitor.email)), 302);
    expectStatus(await visitor.post('/api/auth/sign-in/email', form), 200);
    return visitor;
  }

  /** Where the link in a verification mail leads. */
  verificationPath(email: string): string {
    const token = verificationToken(this.config.secrets.auth, { email: email.toLowerCase() });
    return `/api/auth/verify-email?token=${token}&callbackURL=%2Fverified`;
  }

  /** Another key of the same account. */
  async addKey(holder: Holder, options: NewKey = {}): Promise<Holder> {
    const made = await this.run((tx) =>
      this.context.get(KeysService).create(tx, actor, { accountId: holder.accountId, ...options }),
    );
    return { ...holder, ...made };
  }

  async revokeKey(keyId: KeyId): Promise<void> {
    await this.run((tx) => this.context.get(KeysService).revoke(tx, actor, { keyId }));
  }

  async suspend(holder: Holder): Promise<void> {
    const { accountId } = holder;
    await this.run((tx) =>
      this.context.get(AccountsService).suspend(tx, actor, { accountId, reason: 'test' }),
    );
  }

  async setLimits(
    holder: Holder,
    limits: { requestsPerMinute?: number; inFlightLimit?: number },
  ): Promise<void> {
    const { accountId } = holder;
    await this.run((tx) => this.context.get(AccountsService).setLimits(tx, actor, { accountId, limits }));
  }

  async books({ accountUuid }: Holder): Promise<Books> {
    const { rows } = await this.pool.query(
      `SELECT coalesce(sum(available), 0) AS available, coalesce(sum(held), 0) AS held,
         (SELECT count(*) FROM holds WHERE account_id = $1 AND state = 'open')::int AS open_holds,
         (SELECT in_flight FROM credit_accounts WHERE account_id = $1) AS in_flight
       FROM credit_grants WHERE account_id = $1`,
      [accountUuid],
    );
    const { available, held, open_holds, in_flight } = rows[0];
    return {
      available: toCredits(BigInt(available)),
      held: toCredits(BigInt(held)),
      openHolds: open_holds,
      inFlight: in_flight,
    };
  }

  /** The account's money once nothing of it is on hold. Rejects when that takes longer than the ledger allows. */
  async settledBooks(holder: Holder): Promise<Books> {
    const startedAt = performance.now();
    for (;;) {
      const books = await this.books(holder);
      if (books.openHolds === 0) return books;
      if (performance.now() - startedAt > HOLDS_END_MS)
        throw new Error(`still on hold: ${JSON.stringify(books)}`);
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  }

  /** Usage records, oldest first; amounts in credits. */
  async usage({ accountUuid }: Holder): Promise<UsageRow[]> {
    const { rows } = await this.pool.query(
      `SELECT * FROM usage_records WHERE account_id = $1 ORDER BY reserved_at, request_id`,
      [accountUuid],
    );
    return rows.map((row) => ({
      requestId: `req_${row.request_id.replaceAll('-', '')}`,
      outcome: row.outcome,
      usageSource: row.usage_source,
      promptTokens: Number(row.prompt_tokens),
      completionTokens: Number(row.completion_tokens),
      charge: toCredits(BigInt(row.charge)),
      shortfall: toCredits(BigInt(row.shortfall)),
      held: toCredits(BigInt(row.held)),
      flags: row.flags,
    }));
  }

  /** What entries of this kind come to, in credits. */
  async entries({ accountUuid }: Holder, kind = 'charge'): Promise<number> {
    const { rows } = await this.pool.query(
      'SELECT coalesce(sum(amount), 0) AS amount FROM ledger_entries WHERE account_id = $1 AND kind = $2',
      [accountUuid, kind],
    );
    return toCredits(BigInt(rows[0].amount));
  }

  /** What the proof finds wrong in all the books. */
  async differences(): Promise<unknown[]> {
    return (await this.context.get(LedgerProofService).prove()).differences;
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    await Promise.all(this.apis.map((api) => api.stop()));
    await this.context.close();
    await this.pool.end();
    await this.database.drop();
  }

  private run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.context.get(Transactions).run(work);
  }
}

export interface UsageRow {
  requestId: string;
  outcome: string;
  usageSource: string;
  promptTokens: number;
  completionTokens: number;
  charge: number;
  shortfall: number;
  held: number;
  flags: string[];
}

function expectStatus(answer: Answer, status: number): void {
  if (answer.status !== status) throw new Error(`${answer.status}: ${answer.text}`);
}

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

/** A request id of an answer, or a failing test. */
export function requestIdOf(answer: Answer): string {
  const id = parseId('request', String(answer.headers['x-request-id']));
  if (!id) throw new Error(`no request id in ${JSON.stringify(answer.headers)}`);
  return id;
}
