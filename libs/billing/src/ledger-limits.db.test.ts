import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { LedgerHarness, type LedgerProcess, reserveInput, settleInput } from './ledger.harness.js';
import type { ReserveInput } from './ledger-contract.js';

let harness: LedgerHarness;
let first: LedgerProcess;
let second: LedgerProcess;

beforeAll(async () => {
  harness = await LedgerHarness.create();
  first = await harness.startProcess();
  second = await harness.startProcess();
});
afterAll(() => harness.close());

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: { code: string }) => error.code,
  );

async function hold(accountUuid: string, more: Parameters<typeof reserveInput>[1] = {}) {
  const input = reserveInput(accountUuid, more);
  const reservation = await first.ledger.reserve(input);
  if (reservation === 'price_outdated') throw new Error('price outdated');
  return { ...input, ...reservation };
}

/** Sends requests together over both processes; those that were admitted. */
async function send(count: number, account: string, more: Partial<ReserveInput>): Promise<ReserveInput[]> {
  const admitted: ReserveInput[] = [];
  await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const input = reserveInput(account, more);
      if ((await codeOf((i % 2 ? first : second).ledger.reserve(input))) === 'ok') admitted.push(input);
    }),
  );
  return admitted;
}

/** Moves the application's clock to a time given as SQL over `t`, its present time in UTC. */
async function moveTo(expression: string): Promise<void> {
  const { rows } = await harness.pool.query(
    `SELECT ((${expression}) - t)::text AS by FROM (SELECT app_now() AT TIME ZONE 'UTC' AS t) AS clock`,
  );
  await harness.moveClock(rows[0].by);
}

describe('limits, in the same decision', () => {
  it('admit no request above the rate of the minute, over two processes', async () => {
    const account = await harness.account(10_000_000n);
    await moveTo(`date_trunc('minute', t) + interval '1 minute 5 seconds'`);
    expect(await send(20, account, { requestsPerMinute: 7 })).toHaveLength(7);
    expect(await codeOf(hold(account, { requestsPerMinute: 7 }))).toBe('rate_limit_exceeded');
    expect(await codeOf(hold(account, { requestsPerMinute: 8 }))).toBe('ok');
  });

  it('admit no request above the number in flight, and one more as soon as one has ended', async () => {
    const account = await harness.account(10_000_000n);
    const limited = { inFlightLimit: 2 };
    const one = await hold(account, limited);
    await hold(account, limited);
    expect(await codeOf(hold(account, limited))).toBe('too_many_concurrent_requests');
    await first.ledger.settle(settleInput(one));
    expect(await codeOf(hold(account, limited))).toBe('ok');
  });

  it('count what a key has spent and holds against its budget', async () => {
    const account = await harness.account(10_000_000n);
    const budget = { keyUuid: randomUUID(), budgetMillicredits: 50_000n, budgetReset: 'daily' as const };
    const one = await hold(account, budget);
    await first.ledger.settle(settleInput(one));
    await hold(account, budget);
    expect(await codeOf(hold(account, budget))).toBe('key_budget_exhausted');
    expect((await hold(account, { ...budget, wantedTokens: 10, leastTokens: 1 })).outputTokens).toBe(5);
  });

  it('refuse a suspended account and one in debt', async () => {
    const account = await harness.account(100_000n);
    expect(await codeOf(hold(account, { suspended: true }))).toBe('account_suspended');
    await harness.transactions.run((tx) =>
      harness.grants.clawback(tx, {
        accountUuid: account,
        reference: 'dispute',
        referenceKind: 'payment',
        amountMillicredits: 150_000n,
      }),
    );
    expect(await harness.balance(account)).toEqual({ available: 0n, held: 0n, debt: 50_000n });
    expect(await codeOf(hold(account))).toBe('account_in_debt');
  });
});

describe('a window', () => {
  it('of a minute begins anew with the UTC minute, and refused requests count in neither', async () => {
    const account = await harness.account(10_000_000n);
    for (let minute = 0; minute < 4; minute++) {
      await moveTo(`date_trunc('minute', t) + interval '1 minute 5 seconds'`);
      expect(await send(12, account, { requestsPerMinute: 3 })).toHaveLength(3);
    }
    const { rows } = await harness.pool.query(
      `SELECT count(*)::int AS n FROM holds WHERE account_id = $1 GROUP BY date_trunc('minute', reserved_at)`,
      [account],
    );
    expect(rows).toEqual(Array.from({ length: 4 }, () => ({ n: 3 })));
  });

  it('is the one in which a request was decided, not the one in which it began to wait', async () => {
    const account = await harness.account(10_000_000n);
    await moveTo(`date_trunc('minute', t) + interval '1 minute 5 seconds'`);
    const locker = new pg.Client({ connectionString: harness.url });
    await locker.connect();
    await locker.query('BEGIN');
    await locker.query('SELECT 1 FROM credit_accounts WHERE account_id = $1 FOR UPDATE', [account]);
    const waiting = hold(account);
    await harness.blockedBackend('llm-reserve');
    await harness.pool.query(`UPDATE app_clock SET offset_interval = offset_interval + interval '1 minute'`);
    const { rows } = await harness.pool.query(`SELECT date_trunc('minute', app_now()) AS minute`);
    await locker.query('COMMIT');
    await locker.end();
    expect((await waiting).reservedAtMs).toBeGreaterThanOrEqual(rows[0].minute.getTime());
  });
});

describe.each([
  ['daily', `date_trunc('day', t) + interval '1 day 23 hours 50 minutes'`, 'YYYY-MM-DD'],
  ['monthly', `date_trunc('month', t) + interval '2 months -10 minutes'`, 'YYYY-MM'],
] as const)('a %s budget', (budgetReset, lastMinutes, form) => {
  const spending = async (key: string) =>
    (
      await harness.pool.query(
        `SELECT period = to_char(app_now() AT TIME ZONE 'UTC', $2) AS current, spent, held FROM key_spending
         WHERE key_id = $1 ORDER BY period`,
        [key, form],
      )
    ).rows;

  it('is whole again in the next period, over two processes, and late settlements stay in theirs', async () => {
    const account = await harness.account(100_000_000n);
    const keyUuid = randomUUID();
    const budget = { keyUuid, budgetMillicredits: 60_000n, budgetReset };
    await moveTo(lastMinutes);
    const [late] = await send(10, account, budget);
    expect(await spending(keyUuid)).toEqual([{ current: true, spent: '0', held: '60000' }]);
    await harness.moveClock('20 minutes');
    expect(await send(10, account, budget)).toHaveLength(3);
    // Forty tokens where twenty were held: the old period's budget has nothing left for the excess.
    const settlement = await first.ledger.settle(settleInput(late!, { completionTokens: 30 }));
    expect(settlement).toMatchObject({ chargeMillicredits: 20_000n, shortfallMillicredits: 20_000n });
    expect(await spending(keyUuid)).toEqual([
      { current: false, spent: '20000', held: '40000' },
      { current: true, spent: '0', held: '60000' },
    ]);
  });
});

it('a budget that was lowered between two requests of one batch holds for the second', async () => {
  const account = await harness.account(10_000_000n);
  const keyUuid = randomUUID();
  const results = await Promise.all(
    [
      hold(account),
      hold(account, { keyUuid, budgetMillicredits: 60_000n }),
      hold(account, { keyUuid, budgetMillicredits: 30_000n }),
    ].map(codeOf),
  );
  expect(results).toEqual(['ok', 'ok', 'key_budget_exhausted']);
});

it('after all of this the books add up', async () => {
  expect((await harness.proof.prove()).differences).toEqual([]);
});
