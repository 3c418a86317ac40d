import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { LedgerHarness, type LedgerProcess, reserveInput, settleInput } from './ledger.harness.js';
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
