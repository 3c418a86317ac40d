import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrate } from '#database';
import { LedgerHarness, type LedgerProcess, reserveInput, settleInput } from './ledger.harness.js';
import { LedgerProofService } from './ledger-proof.service.js';
import { UpkeepJob } from './upkeep.job.js';

let harness: LedgerHarness;
let process: LedgerProcess;
let upkeep: UpkeepJob;
let account: string;

const partitions = async () => {
  const { rows } = await harness.pool.query(
    `SELECT count(*)::int AS n, min(c.relname) AS oldest FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'usage_records'::regclass`,
  );
  return rows[0] as { n: number; oldest: string };
};

beforeAll(async () => {
  harness = await LedgerHarness.create();
  process = await harness.startProcess();
  upkeep = new UpkeepJob(
    harness.pool,
    { holdTtlSeconds: 900, processName: 'test', retentionMonths: 13 },
    harness.proof,
  );
  account = await harness.account(1_000_000n);
  const input = reserveInput(account);
  await process.ledger.reserve(input);
  await process.ledger.settle(settleInput(input));
});
afterAll(() => harness.close());

it('nothing is dropped while the books do not add up', async () => {
  await harness.moveClock('15 months');
  await upkeep.makePartitions();
  await harness.pool.query('UPDATE credit_accounts SET in_flight = 1 WHERE account_id = $1', [account]);
  const before = await partitions();
  await upkeep.dropOldPartitions();
  expect(await partitions()).toEqual(before);
  await harness.pool.query('UPDATE credit_accounts SET in_flight = 0 WHERE account_id = $1', [account]);
});

it('a month behind a long read is left for the next hour, so that nobody waits behind the two', async () => {
  const reader = await harness.pool.connect();
  try {
    await reader.query('BEGIN');
    await reader.query('SELECT count(*) FROM usage_records');
    const before = await partitions();
    await expect(upkeep.dropOldPartitions()).rejects.toThrow(/lock timeout/);
    expect(await partitions()).toEqual(before);
  } finally {
    await reader.query('ROLLBACK');
    reader.release();
  }
});

it('usage older than the retention is dropped, its entries and rollups stay, and the books still add up', async () => {
  const before = await partitions();
  await upkeep.dropOldPartitions();
  expect((await partitions()).oldest > before.oldest).toBe(true);
  const { rows } = await harness.pool.query(
    `SELECT (SELECT count(*)::int FROM usage_records) AS records, (SELECT count(*)::int FROM usage_rollups) AS rollups,
       (SELECT count(*)::int FROM ledger_entries) AS entries`,
  );
  expect(rows).toEqual([{ records: 0, rollups: 1, entries: 2 }]);
  // The hold is younger than its 30 days by the plain clock, so it alone misses its record.
  await harness.pool.query(`UPDATE holds SET ended_at = now() - interval '31 days'`);
  await upkeep.dropEndedHolds();
  expect((await harness.proof.prove()).differences).toEqual([]);
});

it('a role that owns nothing makes months and drops them, and may do no more than that', async () => {
  const role = `app_${randomBytes(6).toString('hex')}`;
  await harness.pool.query(`CREATE ROLE ${role} LOGIN PASSWORD '${role}'`);
  await migrate({ url: harness.url, applicationRole: role });
  const url = new URL(harness.url);
  Object.assign(url, { username: role, password: role });
  const pool = new pg.Pool({ connectionString: url.href, max: 2 });
  try {
    const ours = new UpkeepJob(
      pool,
      { holdTtlSeconds: 900, processName: 'test', retentionMonths: 13 },
      new LedgerProofService(pool),
    );
    await harness.pool.query(`UPDATE app_clock SET offset_interval = offset_interval + interval '15 months'`);
    const before = await partitions();
    await ours.makePartitions();
    const made = await partitions();
    expect(made.n).toBeGreaterThan(before.n);
    await ours.dropOldPartitions();
    expect((await partitions()).oldest > before.oldest).toBe(true);

    const {
      rows: [{ young, nextDue }],
    } = await pool.query(
      `SELECT 'usage_records_' || to_char(app_now(), 'YYYY_MM') AS young,
         'usage_records_' || to_char(app_now() - interval '12 months', 'YYYY_MM') AS "nextDue"`,
    );
    const drop = (name: string) => pool.query('SELECT billing_drop_usage_partition($1)', [name]);
    for (const name of [young, nextDue, 'usage_records', 'ledger_entries']) {
      await expect(drop(name)).rejects.toThrow(/no month of usage that may go/);
    }
    for (const name of ['make_usage_partitions(timestamptz, int)', 'drop_usage_partition(text)']) {
      const { rows } = await pool.query(
        `SELECT has_function_privilege('public', $1, 'EXECUTE') AS everybody, has_function_privilege($1, 'EXECUTE') AS ours`,
        [`billing_${name}`],
      );
      expect([name, rows[0]]).toEqual([name, { everybody: false, ours: true }]);
    }
    // Another process dropped it a moment ago.
    await expect(drop(before.oldest)).resolves.toBeDefined();
    await expect(pool.query(`DROP TABLE ${young}`)).rejects.toThrow(/must be owner/);
  } finally {
    await pool.end();
    await harness.pool.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  }
});
