import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DueChangesJob } from '../due-changes.job.js';
import { LedgerHarness, type LedgerProcess, reserveInput, settleInput } from '../ledger.harness.js';

let harness: LedgerHarness;
let process: LedgerProcess;
let job: DueChangesJob;
let account: string;

beforeAll(async () => {
  harness = await LedgerHarness.create();
  process = await harness.startProcess();
  job = new DueChangesJob(harness.pool);
  account = await harness.account(1_000_000n);
});
afterAll(() => harness.close());

async function spend(end: 'settle' | 'expire' = 'settle') {
  const input = reserveInput(account);
  await process.ledger.reserve(input);
  await process.ledger.settle(settleInput(input, { end }));
  return input;
}

async function days(): Promise<{ outcome: string; requests: string }[]> {
  const { rows } = await harness.pool.query(
    'SELECT outcome, requests FROM usage_rollups_daily WHERE account_id = $1 ORDER BY day, outcome',
    [account],
  );
  return rows;
}

it('a day is made of its hours when it is over, and once', async () => {
  await spend();
  await job.makeDays();
  expect(await days()).toEqual([]);
  await harness.moveClock('1 day 2 hours');
  await Promise.all([job.makeDays(), job.makeDays(), job.makeDays()]);
  expect(await days()).toEqual([{ outcome: 'completed', requests: '1' }]);
});

it('a settlement that comes late takes its request out of the day that counted it as expired', async () => {
  const late = await spend('expire');
  await harness.moveClock('1 day 2 hours');
  await job.makeDays();
  expect((await days()).slice(1)).toEqual([{ outcome: 'expired', requests: '1' }]);
  await process.ledger.settle(settleInput(late));
  expect((await days()).slice(1)).toEqual([{ outcome: 'expired', requests: '0' }]);
  expect((await harness.proof.prove()).differences).toEqual([]);
});

it('days that wait are made one at a time, and those without a request are passed over', async () => {
  await harness.moveClock('2 days');
  await job.makeDays();
  await harness.moveClock('400 days');
  for (let day = 0; day < 3; day++) {
    await spend();
    await harness.moveClock('1 day');
  }
  const makeOne = async () => (await harness.pool.query('SELECT billing_make_days(1) AS left')).rows[0].left;
  const before = (await days()).length;
  expect(await makeOne()).toBe(2);
  expect(await days()).toHaveLength(before + 1);
  expect((await harness.proof.prove()).differences).toEqual([]);
  await spend();
  expect([await makeOne(), await makeOne(), await makeOne()]).toEqual([1, 0, 0]);
  expect(await days()).toHaveLength(before + 3);
  expect((await harness.proof.prove()).differences).toEqual([]);
});

it('when the clock was moved back, the days ahead of it are made anew', async () => {
  await harness.moveClock('5 days');
  await job.makeDays();
  await harness.moveClock('-4 days');
  await spend();
  expect((await harness.proof.prove()).differences).toEqual([]);
  await job.makeDays();
  await harness.moveClock('2 days');
  await job.makeDays();
  expect((await harness.proof.prove()).differences).toEqual([]);
});
