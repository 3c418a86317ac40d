/**
 * Whether a settlement becomes slower as the tables grow: `node tools/bench/rows.ts 1000 10000000`. One database for
 * each number of usage records, side by side on one server, asked in turns.
 */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { EmbeddedPostgres } from '../../libs/database/src/embedded-postgres.ts';
import { Books } from '../product/books.ts';
import { aligned } from './report.ts';

const ROUNDS = 20;
const SETTLEMENTS = 100;
const CREDITS = 100_000_000;
const OTHER_ACCOUNTS = 500;
const STEP = 1_000_000;
const root = join(import.meta.dirname, '..', '..');

interface Filled {
  records: number;
  client: pg.Client;
  accountUuid: string;
  medians: number[];
}

async function main(sizes: number[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-rows-'));
  chmodSync(folder, 0o755);
  const server = await EmbeddedPostgres.start({ dataDir: folder, settings: { max_wal_size: '4GB' } });
  try {
    const databases: Filled[] = [];
    for (const records of sizes) databases.push(await makeFilled(server.url, records));
    for (let round = 0; round < ROUNDS; round++) {
      for (const database of databases) database.medians.push(await settleMedian(database));
    }
    const first = median(databases[0]!.medians);
    const lines = databases.map(({ records, medians }) => [
      String(records),
      median(medians).toFixed(3),
      (median(medians) / first).toFixed(3),
    ]);
    console.log(aligned([['usage records', 'settle p50 ms', 'to the first'], ...lines]));
    for (const { client } of databases) await client.end();
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function makeFilled(serverUrl: string, records: number): Promise<Filled> {
  const url = new URL(serverUrl);
  url.pathname = `/rows_${records}`;
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(`CREATE DATABASE rows_${records}`);
  await admin.end();
  execFileSync(process.execPath, [join(root, 'dist', 'apps', 'cli', 'src', 'migrate.js')], {
    env: { ...process.env, DATABASE_URL: url.href },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const books = await Books.open(url.href);
  const [account] = await books.openAccounts({ count: 1, credits: CREDITS });
  await books.close();
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  for (let from = 0; from < records; from += STEP)
    await fill(client, { from, to: Math.min(records, from + STEP) });
  await client.query(
    `INSERT INTO usage_rollups SELECT account_id, date_trunc('hour', settled_at, 'UTC'), key_id, model, outcome,
       count(*), sum(prompt_tokens), sum(completion_tokens), sum(charge)
     FROM usage_records WHERE outcome = 'completed' GROUP BY 1, 2, 3, 4, 5 ON CONFLICT DO NOTHING`,
  );
  await client.query('VACUUM ANALYZE');
  await client.query('CHECKPOINT');
  return { records, client, accountUuid: account!.accountUuid, medians: [] };
}

/** Records and entries of other accounts, in the order of their time, within this month. */
async function fill(client: pg.Client, rows: { from: number; to: number }): Promise<void> {
  const accounts = `('00000000-0000-4000-8000-' || lpad((n % ${OTHER_ACCOUNTS})::text, 12, '0'))::uuid`;
  const at = `date_trunc('month', app_now()) + n * interval '1 millisecond' * 100`;
  const range = [rows.from + 1, rows.to];
  await client.query(
    `INSERT INTO usage_records (account_id, request_id, reserved_at, settled_at, key_id, model, streamed,
       multiplier_milli, prompt_tokens, completion_tokens, usage_source, held, charge, shortfall, outcome, flags,
       attempts, balance_after)
     SELECT ${accounts}, gen_random_uuid(), ${at}, ${at}, ${accounts}, 'llama3.2:3b', false, 500, 24, 133, 'reported',
       140000, 78500, 0, 'completed', '{}', '[{"upstream":"default","status":200,"ms":1}]', 1000000
     FROM generate_series($1::bigint, $2::bigint) AS n`,
    range,
  );
  await client.query(
    `INSERT INTO ledger_entries (account_id, kind, grant_id, amount, multiplier_milli, reference_kind, reference,
       balance_after, created_at)
     SELECT ${accounts}, 'charge', ${accounts}, 78500, 500, 'request', gen_random_uuid()::text, 1000000, ${at}
     FROM generate_series($1::bigint, $2::bigint) AS n`,
    range,
  );
}

/** Of so many settlements one after the other, each with its commit, in milliseconds. */
async function settleMedian({ client, accountUuid }: Filled): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < SETTLEMENTS; i++) {
    const member = { i: 0, r: randomUUID(), a: accountUuid };
    const hold = { m: 'llama3.2:3b', x: 500, p: 100, w: 200, l: 128, c: 1, s: false };
    await client.query({
      name: 'reserve',
      text: 'SELECT billing_reserve($1, $2, $3, $4)',
      values: [JSON.stringify([{ ...member, ...hold }]), [accountUuid], accountUuid, 600],
    });
    const used = { e: 'settle', p: 24, c: 133, us: 'reported', oc: 'completed', st: false, at: [] };
    const startedAt = performance.now();
    await client.query({
      name: 'settle',
      text: 'SELECT billing_settle($1, $2)',
      values: [JSON.stringify([{ ...member, ...used }]), [accountUuid]],
    });
    times.push(performance.now() - startedAt);
  }
  return median(times);
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

await main(process.argv.slice(2).map(Number));
