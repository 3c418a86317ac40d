/** How long the dashboard's API takes to read a year of usage: see README.md. */
import { randomBytes, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startProduct } from '../product/running-product.ts';

const { values } = parseArgs({
  options: { database: { type: 'string' }, calls: { type: 'string', default: '200' } },
});
const PASSWORD = 'a reader of large accounts';
const WARM_UP_CALLS = 10;
/** What a page may wait for one of its parts. */
const MOST_P95_MS = 300;
const DAY_MS = 86_400_000;
const PAGES_DOWN = 400;

interface Subject {
  accountUuid: string;
  requests: number;
  /** Its busiest and its rarest. */
  keys: string[];
  models: string[];
}

/** The account with the most requests, and one in the middle. */
async function findSubjects(client: pg.Client): Promise<Subject[]> {
  const { rows } = await client.query<{ id: string; requests: string }>(
    `SELECT account_id AS id, sum(requests) AS requests FROM usage_rollups_daily GROUP BY 1 ORDER BY 2 DESC`,
  );
  const picked = [rows[0]!, rows[Math.floor(rows.length / 2)]!];
  const ends = async (column: 'key_id' | 'model', accountUuid: string) => {
    const { rows: found } = await client.query<{ id: string }>(
      `SELECT ${column} AS id FROM usage_rollups_daily WHERE account_id = $1 AND ${column} IS NOT NULL
       GROUP BY 1 ORDER BY sum(requests) DESC`,
      [accountUuid],
    );
    return [found[0]!.id, found.at(-1)!.id];
  };
  return Promise.all(
    picked.map(async ({ id, requests }) => ({
      accountUuid: id,
      requests: Number(requests),
      keys: await ends('key_id', id),
      models: await ends('model', id),
    })),
  );
}

/** A person who signs in as anybody does. */
class Reader {
  private cookie = '';
  private readonly email = `${randomUUID()}@example.com`;
  private readonly url: string;

  constructor(url: string) {
    // Its cookies and its own origin are for this name, as a browser has them.
    this.url = url.replace('127.0.0.1', 'localhost');
  }

  async enter(client: pg.Client, accountUuid: string): Promise<void> {
    const person = { email: this.email, password: PASSWORD };
    await this.send('POST', '/api/auth/sign-up/email', { ...person, name: 'Reader' });
    await client.query('UPDATE users SET email_verified = true WHERE email = $1', [this.email]);
    await client.query(
      `INSERT INTO members (account_id, user_id, role) SELECT $2, id, 'viewer' FROM users WHERE email = $1`,
      [this.email, accountUuid],
    );
    const answer = await this.send('POST', '/api/auth/sign-in/email', person);
    this.cookie = answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const accountId = `acc_${accountUuid.replaceAll('-', '')}`;
    await this.send('PUT', '/api/dashboard/active-account', { accountId });
  }

  async read(path: string): Promise<unknown> {
    return (await this.send('GET', path)).json();
  }

  private async send(method: string, path: string, body?: object): Promise<Response> {
    const answer = await fetch(this.url + path, {
      method,
      headers: { 'content-type': 'application/json', origin: this.url, cookie: this.cookie },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
}

/** What Overview and Usage ask for, and what asks the most of the database. */
async function pathsFor(subject: Subject, reader: Reader): Promise<[string, string][]> {
  const day = (ago: number) => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10);
  const key = (at: number) => `key_${subject.keys[at]!.replaceAll('-', '')}`;
  const model = (at: number) => encodeURIComponent(subject.models[at]!);
  const year = `from=${day(364)}&to=${day(-1)}`;
  let cursor = '';
  for (let page = 0; page < PAGES_DOWN; page++) {
    const { next } = (await reader.read(`/api/dashboard/requests?${year}&limit=100${cursor}`)) as {
      next?: string;
    };
    if (!next) break;
    cursor = `&cursor=${encodeURIComponent(next)}`;
  }
  return [
    ['balance', '/api/dashboard/balance'],
    ['usage, 30 days (Overview, Usage)', '/api/dashboard/usage'],
    [
      'usage, 24 hours',
      `/api/dashboard/usage?from=${new Date(Date.now() - DAY_MS).toISOString().slice(0, 13)}:00:00Z`,
    ],
    ['usage, 12 months', `/api/dashboard/usage?${year}`],
    ['usage, 12 months, busiest model', `/api/dashboard/usage?${year}&model=${model(0)}`],
    ['usage, 12 months, busiest key', `/api/dashboard/usage?${year}&key=${key(0)}`],
    [
      'usage, 12 months, busiest key and model',
      `/api/dashboard/usage?${year}&key=${key(0)}&model=${model(0)}`,
    ],
    ['requests, first page', '/api/dashboard/requests'],
    ['requests, 40,000 down (or the end)', `/api/dashboard/requests?${year}&limit=100${cursor}`],
    [
      'requests, 12 months, rarest key',
      `/api/dashboard/requests?${year}&key=${key(-1 + subject.keys.length)}`,
    ],
    [
      'requests, 12 months, rarest model',
      `/api/dashboard/requests?${year}&model=${model(-1 + subject.models.length)}`,
    ],
    ['billing/ledger', '/api/dashboard/billing/ledger'],
    ['billing/grants', '/api/dashboard/billing/grants'],
    ['keys/spending', '/api/dashboard/keys/spending'],
    ['alerts', '/api/dashboard/alerts'],
  ];
}

async function measure(reader: Reader, path: string): Promise<{ p50: number; p95: number }> {
  for (let call = 0; call < WARM_UP_CALLS; call++) await reader.read(path);
  const times: number[] = [];
  for (let call = 0; call < Number(values.calls); call++) {
    const startedAt = performance.now();
    await reader.read(path);
    times.push(performance.now() - startedAt);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)]!;
  return { p50: at(0.5), p95: at(0.95) };
}

async function main(): Promise<number> {
  if (!values.database) {
    console.error('Name a database that `npm run scale` has filled: --database postgres://…');
    return 2;
  }
  const client = new pg.Client({ connectionString: values.database, application_name: 'tools' });
  await client.connect();
  const product = await startProduct({
    DATABASE_URL: values.database,
    AUTH_SECRET: randomBytes(32).toString('hex'),
    SECRETS_KEY: randomBytes(32).toString('hex'),
    LOG_LEVEL: 'warn',
  });
  let slow = 0;
  try {
    for (const subject of await findSubjects(client)) {
      console.log(
        `\nan account with ${subject.requests} requests; ms over HTTP, ${values.calls} calls each, warm`,
      );
      const reader = new Reader(product.url);
      await reader.enter(client, subject.accountUuid);
      for (const [name, path] of await pathsFor(subject, reader)) {
        const { p50, p95 } = await measure(reader, path);
        const isSlow = p95 > MOST_P95_MS;
        if (isSlow) slow += 1;
        console.log(
          `${p50.toFixed(1).padStart(8)} ${p95.toFixed(1).padStart(8)}  ${name}${isSlow ? '  SLOW' : ''}`,
        );
      }
    }
  } finally {
    await product.stop();
    await client.end();
  }
  return slow === 0 ? 0 : 1;
}

process.exit(await main());
