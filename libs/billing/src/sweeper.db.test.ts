import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { LedgerHarness, type LedgerProcess, reserveInput, settleInput, uuidOf } from './ledger.harness.js';
import { SweeperJob } from './sweeper.job.js';

let harness: LedgerHarness;
let first: LedgerProcess;

beforeAll(async () => {
  harness = await LedgerHarness.create();
  first = await harness.startProcess();
});
afterAll(() => harness.close());

it('the sweeper ends holds of silent processes and of no others', async () => {
  const account = await harness.account(100_000n);
  const dead = await harness.startProcess();
  const lost = await dead.ledger.reserve(reserveInput(account));
  const alive = reserveInput(account);
  await first.ledger.reserve(alive);
  dead.heartbeat.onModuleDestroy();
  await harness.pool.query(`UPDATE processes SET beat_at = now() - interval '31 seconds' WHERE id = $1`, [
    uuidOf(dead.heartbeat.processId),
  ]);
  expect(lost).toMatchObject({ heldMillicredits: 20_000n });
  expect(await first.sweeper.sweep()).toBe(1);
  expect(await harness.balance(account)).toEqual({ available: 80_000n, held: 20_000n, debt: 0n });
  await first.ledger.settle(settleInput(alive));
});

it('holds whose end is not written yet do not hide others', async () => {
  const [locked, other] = [await harness.account(100_000_000n), await harness.account(100_000n)];
  const dead = await harness.startProcess();
  // In tens: more at once would be refused a place.
  for (let i = 0; i < 50; i++) {
    await Promise.all(Array.from({ length: 10 }, () => dead.ledger.reserve(reserveInput(locked))));
  }
  dead.heartbeat.onModuleDestroy();
  const die = () =>
    harness.pool.query(`UPDATE processes SET beat_at = now() - interval '31 seconds' WHERE id = $1`, [
      uuidOf(dead.heartbeat.processId),
    ]);
  await die();
  // As with an account whose row somebody keeps: none of its holds ends.
  let waiting = 0;
  const ended: string[] = [];
  const ledger = {
    settle: ({ accountUuid }: { accountUuid: string }) => {
      if (accountUuid !== locked) return Promise.resolve(ended.push(accountUuid));
      waiting += 1;
      return new Promise(() => undefined);
    },
  };
  const sweeper = new SweeperJob(harness.pool, first.heartbeat, ledger as never);
  void sweeper.sweep();
  while (waiting < 500) await new Promise((done) => setTimeout(done, 10));
  await dead.ledger.reserve(reserveInput(other));
  await die();
  expect(await sweeper.sweep()).toBe(1);
  expect(ended).toEqual([other]);
  expect(await first.sweeper.sweep()).toBe(500);
  expect(await first.sweeper.sweep()).toBe(1);
});

it('after all of this the books add up', async () => {
  expect((await harness.proof.prove()).differences).toEqual([]);
});
