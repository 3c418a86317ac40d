import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerHarness, type LedgerProcess, reserveInput, settleInput } from './ledger.harness.js';

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

describe('a hold', () => {
  it('sets its credits aside and gives back what was not used', async () => {
    const account = await harness.account(100_000n);
    const held = await hold(account);
    expect(held.heldMillicredits).toBe(20_000n);
    expect(await harness.balance(account)).toEqual({ available: 80_000n, held: 20_000n, debt: 0n });
    const settlement = await first.ledger.settle(settleInput(held));
    expect(settlement).toMatchObject({
      state: 'settled',
      chargeMillicredits: 15_000n,
      availableMillicredits: 85_000n,
    });
    expect(await harness.balance(account)).toEqual({ available: 85_000n, held: 0n, debt: 0n });
  });

  it('larger than the balance is refused and writes nothing', async () => {
    const account = await harness.account(19_999n);
    expect(await codeOf(hold(account))).toBe('insufficient_credits');
    expect(await harness.balance(account)).toEqual({ available: 19_999n, held: 0n, debt: 0n });
    const { rowCount } = await harness.pool.query('SELECT 1 FROM holds WHERE account_id = $1', [account]);
    expect(rowCount).toBe(0);
  });

  it('is refused with the reason that other requests hold the credits, when they do', async () => {
    const account = await harness.account(30_000n);
    await hold(account);
    expect(await codeOf(hold(account))).toBe('held_by_requests_in_flight');
  });

  it('is lowered to what the balance can pay, but not under the least a choice needs', async () => {
    const account = await harness.account(50_000n);
    const held = await hold(account, { wantedTokens: 4_096, leastTokens: 8, choices: 2 });
    expect(held.outputTokens).toBe(20);
    expect(held.heldMillicredits).toBe(50_000n);
  });

  it('without a limit of the caller takes a quarter of the balance, never under the floor', async () => {
    const rich = await harness.account(10_000_000n);
    expect(
      (await hold(rich, { wantedTokens: 4_096, quarterFloorTokens: 1_024, leastTokens: 128 })).outputTokens,
    ).toBe(2_500);
    const poor = await harness.account(1_200_000n);
    expect(
      (await hold(poor, { wantedTokens: 4_096, quarterFloorTokens: 1_024, leastTokens: 128 })).outputTokens,
    ).toBe(1_024);
  });

  it('of zero multiplier holds and charges nothing', async () => {
    const account = await harness.account(0n);
    const held = await hold(account, { multiplierMilli: 0 });
    const settlement = await first.ledger.settle(settleInput(held));
    expect(settlement).toMatchObject({ state: 'settled', chargeMillicredits: 0n });
  });

  it('asked for again answers with the first, and with other tokens is refused', async () => {
    const account = await harness.account(100_000n);
    const input = reserveInput(account);
    await first.ledger.reserve(input);
    await second.ledger.reserve(input);
    expect(await harness.balance(account)).toMatchObject({ held: 20_000n });
    expect(await codeOf(second.ledger.reserve({ ...input, wantedTokens: 11 }))).toBe(
      'exists_with_different_amount',
    );
    expect(await harness.balance(account)).toMatchObject({ held: 20_000n });
  });

  it('at a price that has since changed is sent back to look again', async () => {
    const account = await harness.account(100_000n);
    const input = reserveInput(account, { priceValidUntilMs: Date.now() - 1 });
    expect(await first.ledger.reserve(input)).toBe('price_outdated');
  });

  it('released costs nothing and leaves a record', async () => {
    const account = await harness.account(100_000n);
    const held = await hold(account);
    await first.ledger.settle(settleInput(held, { end: 'release', outcome: 'no_answer' }));
    expect(await harness.balance(account)).toEqual({ available: 100_000n, held: 0n, debt: 0n });
    const { rows } = await harness.pool.query(
      'SELECT charge, outcome FROM usage_records WHERE account_id = $1',
      [account],
    );
    expect(rows).toEqual([{ charge: '0', outcome: 'no_answer' }]);
  });
});

describe('a settlement', () => {
  it('replayed answers with the first and charges once', async () => {
    const account = await harness.account(100_000n);
    const held = await hold(account);
    const [one, two] = await Promise.all([
      first.ledger.settle(settleInput(held)),
      second.ledger.settle(settleInput(held)),
    ]);
    expect([one.chargeMillicredits, two.chargeMillicredits]).toEqual([15_000n, 15_000n]);
    expect(await harness.balance(account)).toMatchObject({ available: 85_000n });
    const other = await first.ledger.settle(settleInput(held, { completionTokens: 6 }));
    expect(other.state).toBe('exists_with_different_amount');
    expect(await harness.balance(account)).toMatchObject({ available: 85_000n });
  });

  it('of more than was held takes the excess from what is available, and the rest is a shortfall', async () => {
    const account = await harness.account(25_000n);
    const held = await hold(account);
    const settlement = await first.ledger.settle(settleInput(held, { completionTokens: 20 }));
    expect(settlement).toMatchObject({ chargeMillicredits: 25_000n, shortfallMillicredits: 5_000n });
    expect(await harness.balance(account)).toEqual({ available: 0n, held: 0n, debt: 0n });
  });

  it('burns by priority, then soonest expiry, then promotional before paid, then oldest', async () => {
    const account = await harness.account(0n);
    const now = Date.now();
    const day = (n: number) => new Date(now + n * 86_400_000);
    const named = new Map<string, string>();
    const give = async (name: string, more: Parameters<LedgerHarness['grant']>[2]) =>
      named.set((await harness.grant(account, 10_000n, more)).grantId, name);
    await give('pack', { source: 'pack' });
    await give('promo without end', { source: 'promo' });
    await give('promo soon', { source: 'promo', expiresAt: day(5) });
    await give('plan', { source: 'plan', expiresAt: day(20) });
    await give('welcome', { source: 'welcome', expiresAt: day(20) });
    const held = await hold(account, { promptTokens: 45, wantedTokens: 0, leastTokens: 0 });
    await first.ledger.settle(settleInput(held, { promptTokens: 45, completionTokens: 0 }));
    const { rows } = await harness.pool.query(
      `SELECT grant_id, amount FROM ledger_entries WHERE account_id = $1 AND kind = 'charge' ORDER BY id`,
      [account],
    );
    expect(rows.map((row) => named.get(`grt_${row.grant_id.replaceAll('-', '')}`))).toEqual([
      'welcome',
      'plan',
      'promo soon',
      'promo without end',
      'pack',
    ]);
    expect(rows.at(-1).amount).toBe('5000');
  });

  it('after the sweeper expired its hold is booked late, as excess', async () => {
    const account = await harness.account(100_000n);
    const held = await hold(account);
    await first.ledger.settle(settleInput(held, { end: 'expire' }));
    expect(await harness.balance(account)).toMatchObject({ available: 100_000n });
    const late = await first.ledger.settle(settleInput(held));
    expect(late).toMatchObject({ state: 'settled', chargeMillicredits: 15_000n });
    const { rows } = await harness.pool.query(
      'SELECT outcome, charge FROM usage_records WHERE account_id = $1',
      [account],
    );
    expect(rows).toEqual([{ outcome: 'settled_late', charge: '15000' }]);
  });

  it('gives nothing back to a grant that has expired meanwhile: it becomes an expire entry', async () => {
    const account = await harness.account(0n);
    await harness.grant(account, 100_000n, { expiresAt: new Date(Date.now() + 3_600_000) });
    const held = await hold(account);
    await harness.moveClock('2 hours');
    const settlement = await first.ledger.settle(settleInput(held));
    expect(settlement).toMatchObject({ chargeMillicredits: 15_000n, balanceMillicredits: 0n });
    const { rows } = await harness.pool.query(
      'SELECT kind, amount FROM ledger_entries WHERE account_id = $1 ORDER BY id',
      [account],
    );
    expect(rows).toEqual([
      { kind: 'grant', amount: '100000' },
      { kind: 'expire', amount: '80000' },
      { kind: 'expire', amount: '5000' },
      { kind: 'charge', amount: '15000' },
    ]);
    await harness.moveClock('-2 hours');
  });
});

describe('debt', () => {
  it('is paid first by what a hold returns, then by the next grant', async () => {
    const account = await harness.account(100_000n);
    const held = await hold(account);
    await harness.transactions.run((tx) =>
      harness.grants.clawback(tx, {
        accountUuid: account,
        reference: 'refund',
        referenceKind: 'payment',
        amountMillicredits: 90_000n,
      }),
    );
    expect(await harness.balance(account)).toEqual({ available: 0n, held: 20_000n, debt: 10_000n });
    await first.ledger.settle(settleInput(held));
    expect(await harness.balance(account)).toEqual({ available: 0n, held: 0n, debt: 5_000n });
    await harness.grant(account, 8_000n);
    expect(await harness.balance(account)).toEqual({ available: 3_000n, held: 0n, debt: 0n });
  });
});

describe('grants', () => {
  it('are given once per source and reference, whoever asks again', async () => {
    const account = await harness.account(0n);
    const other = await harness.account(0n);
    const once = { reference: `once-${account}`, source: 'pack' as const };
    const results = await Promise.all(Array.from({ length: 10 }, () => harness.grant(account, 5_000n, once)));
    expect(results.filter((result) => result.state === 'granted')).toHaveLength(1);
    expect(await harness.balance(account)).toMatchObject({ available: 5_000n });
    expect(await codeOf(harness.grant(account, 6_000n, once))).toBe('exists_with_different_amount');
    expect(await codeOf(harness.grant(other, 5_000n, once))).toBe('exists_with_different_amount');
  });

  it('count only from their effective time on, with an entry then', async () => {
    const account = await harness.account(0n);
    await harness.grant(account, 100_000n, { effectiveAt: new Date(Date.now() + 3_600_000) });
    expect(await codeOf(hold(account))).toBe('insufficient_credits');
    await harness.moveClock('2 hours');
    expect(await codeOf(hold(account))).toBe('ok');
    await harness.moveClock('-2 hours');
  });

  it('that have expired carry no new hold, whether or not a job ran', async () => {
    const account = await harness.account(0n);
    await harness.grant(account, 100_000n, { expiresAt: new Date(Date.now() + 3_600_000) });
    await harness.moveClock('2 hours');
    expect(await codeOf(hold(account))).toBe('insufficient_credits');
    await harness.moveClock('-2 hours');
  });
});

it('entries can be neither changed nor deleted, even by the owner of the table', async () => {
  for (const sql of [
    'UPDATE ledger_entries SET amount = 1',
    'DELETE FROM ledger_entries',
    'TRUNCATE ledger_entries',
  ]) {
    await expect(harness.pool.query(sql)).rejects.toThrow('never updated or deleted');
  }
});

it('reserve and settle keep index plans, though a connection plans on the first day, against empty tables', async () => {
  const { rows } = await harness.pool.query(
    `SELECT proname, proconfig FROM pg_proc WHERE proname IN ('billing_reserve', 'billing_settle') ORDER BY 1`,
  );
  expect(rows).toHaveLength(2);
  for (const row of rows) {
    expect(row.proconfig).toEqual(expect.arrayContaining(['enable_seqscan=off', 'enable_hashjoin=off']));
  }
});

it('after all of this the books add up', async () => {
  expect((await harness.proof.prove()).differences).toEqual([]);
});
