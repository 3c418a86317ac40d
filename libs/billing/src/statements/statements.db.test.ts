import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { AccountsService } from '#accounts';
import { toMilli } from '#common';
import { Clock } from '#database';
import { BalancesRepository } from '../balances.repository.js';
import { CreditAccountsService } from '../credit-accounts.service.js';
import { LedgerHarness, type LedgerProcess, reserveInput, settleInput } from '../ledger.harness.js';
import { ForecastService } from '../low-balance/forecast.service.js';
import { SpendingRateRepository } from '../low-balance/spending-rate.repository.js';
import { StatementsRepository } from './statements.repository.js';
import { StatementsService } from './statements.service.js';

let harness: LedgerHarness;
let process: LedgerProcess;
let statements: StatementsService;
let account: string;

beforeAll(async () => {
  harness = await LedgerHarness.create();
  process = await harness.startProcess();
  const { pool } = harness;
  statements = new StatementsService(
    new StatementsRepository(pool),
    // Reading a balance asks nothing of the accounts.
    new CreditAccountsService(new BalancesRepository(pool), undefined as unknown as AccountsService),
    new ForecastService(new SpendingRateRepository(pool), new Clock()),
  );
  account = await harness.account(200_000n);
});
afterAll(() => harness.close());

async function spend(): Promise<void> {
  const input = reserveInput(account);
  await process.ledger.reserve(input);
  await process.ledger.settle(settleInput(input));
}

it('a balance is what is available and held, and says when a request was last settled', async () => {
  expect(await statements.balance(account)).toMatchObject({
    balance: 200,
    isLow: false,
    lowBalanceThreshold: 100,
    requestsEver: false,
    lastSettledAt: null,
    plan: { id: 'free', name: 'Free' },
  });
  await spend();
  const held = reserveInput(account);
  await process.ledger.reserve(held);
  const balance = await statements.balance(account);
  expect(balance).toMatchObject({ available: 165, held: 20, balance: 185, debt: 0, requestsEver: true });
  const { rows } = await harness.pool.query('SELECT max(settled_at) AS at FROM usage_records');
  expect(balance.lastSettledAt).toBe(rows[0].at.toISOString());
  expect((await statements.holds(account)).data).toMatchObject([
    { requestId: held.requestId, amount: 20, model: 'test:1b', keyId: null },
  ]);
});

it('the ledger pages through every entry once, each with the balance it left', async () => {
  await harness.grant(account, 50_000n, { source: 'promo', expiresAt: new Date(Date.now() + 3_600_000) });
  for (let i = 0; i < 9; i++) await spend();
  await harness.transactions.run((tx) =>
    harness.grants.clawback(tx, {
      accountUuid: account,
      reference: randomUUID(),
      referenceKind: 'payment',
      amountMillicredits: 500_000n,
    }),
  );
  await harness.grant(account, 400_000n);
  const entries = [];
  let cursor: string | undefined;
  do {
    const page = await statements.entries(account, { cursor, limit: '4' });
    entries.push(...page.data);
    cursor = page.next ?? undefined;
  } while (cursor);
  const { rows } = await harness.pool.query(
    'SELECT id FROM ledger_entries WHERE account_id = $1 ORDER BY id DESC',
    [account],
  );
  expect(entries.map((entry) => entry.id)).toEqual(rows.map((row) => row.id));
  let balance = 0n;
  let debt = 0n;
  for (const entry of entries.toReversed()) {
    balance += toMilli(entry.amount);
    debt += toMilli(entry.owed);
    expect(toMilli(entry.balanceAfter)).toBe(balance);
    expect(entry.model).toBe(entry.kind === 'charge' ? 'test:1b' : null);
  }
  const now = await statements.balance(account);
  expect([toMilli(now.balance), toMilli(now.debt)]).toEqual([balance, debt]);
});

it('the ledger of one kind has all of that kind and nothing else', async () => {
  for (const kind of ['grant', 'charge', 'debt', 'restore']) {
    const { data } = await statements.entries(account, { kind, limit: '200' });
    const { rows } = await harness.pool.query(
      'SELECT id FROM ledger_entries WHERE account_id = $1 AND kind = $2 ORDER BY id DESC',
      [account, kind],
    );
    expect(data.map((entry) => entry.id)).toEqual(rows.map((row) => row.id));
  }
  await expect(statements.entries(account, { kind: 'gift' })).rejects.toMatchObject({
    code: 'invalid_value',
  });
  await expect(statements.entries(account, { limit: '0' })).rejects.toMatchObject({ code: 'invalid_value' });
  await expect(statements.entries(account, { cursor: "1' OR 1=1" })).rejects.toMatchObject({
    code: 'invalid_value',
  });
});

it('grants come in the order in which they burn, and say what has become of them', async () => {
  const owner = await harness.account(1_000n);
  await harness.grant(owner, 2_000n, { source: 'pack' });
  await harness.grant(owner, 3_000n, { source: 'welcome', expiresAt: new Date(Date.now() + 3_600_000) });
  await harness.grant(owner, 4_000n, { source: 'plan', effectiveAt: new Date(Date.now() + 86_400_000) });
  const listed = async () =>
    (await statements.grants(owner)).data.map((grant) => [grant.source, grant.state, grant.available]);
  expect(await listed()).toEqual([
    ['welcome', 'active', 3],
    ['operator', 'active', 1],
    ['pack', 'active', 2],
    ['plan', 'future', 0],
  ]);
  await harness.moveClock('2 hours');
  expect((await listed()).at(-1)).toEqual(['welcome', 'expired', 0]);
});

it('plans say which is ours', async () => {
  const { data } = await statements.plans(account);
  expect(data.filter((plan) => plan.isYours).map((plan) => plan.id)).toEqual(['free']);
  expect(data.at(-1)).toMatchObject({ id: 'enterprise', priceCents: null, inFlightLimit: null });
});
