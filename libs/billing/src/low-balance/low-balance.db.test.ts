import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AuditLog, Clock } from '#database';
import { DueChangesJob } from '../due-changes.job.js';
import { LedgerHarness, type LedgerProcess, reserveInput, settleInput } from '../ledger.harness.js';
import { ForecastService } from './forecast.service.js';
import { LowBalanceRepository } from './low-balance.repository.js';
import { LowBalanceService } from './low-balance.service.js';
import { SpendingRateRepository } from './spending-rate.repository.js';

const THRESHOLD = 100_000n;
/** What one request below costs: 20 tokens at 1.0. */
const COST = 20_000n;
const ACTOR = { kind: 'system', id: 'test' } as const;

let harness: LedgerHarness;
let processes: LedgerProcess[];
const lowBalance = new LowBalanceService(new LowBalanceRepository(), new AuditLog());

beforeAll(async () => {
  harness = await LedgerHarness.create();
  processes = [await harness.startProcess(), await harness.startProcess()];
});
afterAll(() => harness.close());

async function spend(account: string, process = processes[0]!): Promise<void> {
  const input = reserveInput(account);
  await process.ledger.reserve(input);
  await process.ledger.settle(settleInput(input, { completionTokens: 10 }));
}

async function crossings(account: string): Promise<[string, bigint][]> {
  const { rows } = await harness.pool.query(
    'SELECT side, balance FROM low_balance_crossings WHERE account_id = $1 ORDER BY id',
    [account],
  );
  return rows.map((row) => [row.side, BigInt(row.balance)]);
}

const setThreshold = (accountUuid: string, thresholdMillicredits: bigint | null) =>
  harness.transactions.run((tx) =>
    lowBalance.setThreshold(tx, ACTOR, { accountUuid, thresholdMillicredits }),
  );

it('a balance that falls below the threshold crosses once, and again only after it was 1.1 times above it', async () => {
  const account = await harness.account(THRESHOLD + COST);
  await spend(account);
  expect(await crossings(account)).toEqual([]);
  await spend(account);
  await spend(account);
  expect(await crossings(account)).toEqual([['below', THRESHOLD - COST]]);
  await harness.grant(account, 2n * COST + 9_999n);
  expect(await crossings(account)).toHaveLength(1);
  await harness.grant(account, 1n);
  expect((await crossings(account)).slice(1)).toEqual([['above', THRESHOLD + 10_000n]]);
  await spend(account);
  expect((await crossings(account)).slice(2)).toEqual([['below', THRESHOLD + 10_000n - COST]]);
});

it('what is held still belongs to the balance: a hold alone crosses nothing', async () => {
  const account = await harness.account(THRESHOLD);
  const input = reserveInput(account);
  await processes[0]!.ledger.reserve(input);
  await processes[0]!.ledger.settle(settleInput(input, { end: 'release', outcome: 'client_left' }));
  expect(await crossings(account)).toEqual([]);
});

it('two processes that spend an account at once see exactly one crossing', async () => {
  for (let round = 0; round < 5; round++) {
    const account = await harness.account(THRESHOLD + 30n * COST);
    await Promise.all(Array.from({ length: 32 }, (_, i) => spend(account, processes[i % 2])));
    expect(await crossings(account)).toHaveLength(1);
  }
});

it('a clawback crosses, and so does an expiry that no request was there to see', async () => {
  const clawed = await harness.account(THRESHOLD);
  await harness.transactions.run((tx) =>
    harness.grants.clawback(tx, {
      accountUuid: clawed,
      reference: `clawback ${clawed}`,
      referenceKind: 'operator',
      amountMillicredits: 1n,
    }),
  );
  expect(await crossings(clawed)).toEqual([['below', THRESHOLD - 1n]]);
  const idle = await harness.account(THRESHOLD - 1n);
  await harness.grant(idle, 50_000n, { expiresAt: new Date(Date.now() + 3_600_000) });
  expect((await crossings(idle)).map(([side]) => side)).toEqual(['below', 'above']);
  await harness.moveClock('2 hours');
  await new DueChangesJob(harness.pool).applyDue();
  expect((await crossings(idle)).slice(2)).toEqual([['below', THRESHOLD - 1n]]);
});

it('credits that expire and credits that replace them in one change are no crossing', async () => {
  const account = await harness.account(0n);
  const { rows } = await harness.pool.query("SELECT app_now() + interval '1 hour' AS at");
  await harness.grant(account, 2n * THRESHOLD, { source: 'plan', expiresAt: rows[0].at });
  await harness.moveClock('2 hours');
  await harness.grant(account, 2n * THRESHOLD, { source: 'plan' });
  expect(await crossings(account)).toEqual([]);
});

it('without a threshold nothing is ever low', async () => {
  const account = await harness.account(THRESHOLD + COST, null);
  for (let i = 0; i < 6; i++) await spend(account);
  expect(await crossings(account)).toEqual([]);
});

it('a new threshold is compared at once, without the margin; switching it off ends what was low', async () => {
  const account = await harness.account(THRESHOLD);
  await setThreshold(account, THRESHOLD + 1n);
  await setThreshold(account, THRESHOLD);
  await setThreshold(account, THRESHOLD * 2n);
  await setThreshold(account, null);
  expect((await crossings(account)).map(([side]) => side)).toEqual(['below', 'above', 'below', 'above']);
  await expect(setThreshold(account, 0n)).rejects.toMatchObject({ code: 'invalid_value' });
  const { rows } = await harness.pool.query(
    `SELECT detail FROM audit_log WHERE action = 'account.low_balance_threshold' ORDER BY id LIMIT 1`,
  );
  expect(rows[0].detail).toEqual({ credits: '100.001' });
});

it('crossings are handed over once, in their order, and again when the taker failed', async () => {
  await harness.pool.query('UPDATE low_balance_crossings SET handed_over_at = now()');
  const account = await harness.account(THRESHOLD);
  await setThreshold(account, THRESHOLD + 1n);
  await setThreshold(account, null);
  const failing = harness.transactions.run(async (tx) => {
    expect(await lowBalance.takeCrossings(tx, { limit: 10 })).toHaveLength(2);
    throw new Error('the mail was not written');
  });
  await expect(failing).rejects.toThrow('the mail was not written');
  const taken = await harness.transactions.run(async (tx) => {
    const ours = await lowBalance.takeCrossings(tx, { limit: 10 });
    const others = await harness.transactions.run((other) => lowBalance.takeCrossings(other, { limit: 10 }));
    expect(others).toEqual([]);
    return ours;
  });
  expect(taken).toMatchObject([
    { accountUuid: account, side: 'below', balanceMillicredits: THRESHOLD },
    { accountUuid: account, side: 'above', thresholdMillicredits: THRESHOLD + 1n },
  ]);
  const again = await harness.transactions.run((tx) => lowBalance.takeCrossings(tx, { limit: 10 }));
  expect(again).toEqual([]);
});

it('the forecast is what the last days cost, from the first request on, and ends where the credits do', async () => {
  const account = await harness.account(10n * COST);
  const clock = new Clock();
  const { rows } = await harness.pool.query('SELECT app_now() AS now');
  clock.measured({ databaseMs: rows[0].now.getTime(), askedAtMs: Date.now(), answeredAtMs: Date.now() });
  const service = new ForecastService(new SpendingRateRepository(harness.pool), clock);
  const forecast = () => service.forecast(account);
  expect(await forecast()).toEqual({ creditsPerDay: 0, runsOutAt: null });
  await spend(account);
  await spend(account);
  const { creditsPerDay, runsOutAt } = await forecast();
  expect(creditsPerDay).toBe(40);
  expect((runsOutAt!.getTime() - clock.nowMs()) / 86_400_000).toBeCloseTo(4, 2);
});

it('the books add up', async () => {
  expect((await harness.proof.prove()).differences).toEqual([]);
});
