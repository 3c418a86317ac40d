import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { LedgerHarness, type LedgerProcess, reserveInput, settleInput } from './ledger.harness.js';
import { findDifferences } from './ledger-proof.service.js';
import { PLANTS, type Plant } from './planted-corruptions.harness.js';
import { PROOF_CHECKS } from './proof-checks.js';

let harness: LedgerHarness;
let first: LedgerProcess;
let second: LedgerProcess;

// Holds are kept for 30 days: of a month that began before them the proof cannot tell what its limit was.
const budget = { keyUuid: randomUUID(), budgetMillicredits: 200_000n, budgetReset: 'daily' as const };
const monthly = { keyUuid: randomUUID(), budgetMillicredits: 200_000n, budgetReset: 'monthly' as const };

async function hold(accountUuid: string, more: Parameters<typeof reserveInput>[1] = {}) {
  const input = reserveInput(accountUuid, more);
  await first.ledger.reserve(input);
  return input;
}

const clawback = (accountUuid: string, amountMillicredits: bigint) =>
  harness.transactions.run((tx) =>
    harness.grants.clawback(tx, {
      accountUuid,
      amountMillicredits,
      reference: randomUUID(),
      referenceKind: 'payment',
    }),
  );

/** A rich account with keys, budgets and every end a hold can have. */
async function spendingHistory(): Promise<void> {
  const account = await harness.account(1_000_000n);
  await harness.grant(account, 500_000n, { source: 'welcome' });
  await harness.grant(account, 30_000n, {
    source: 'promo',
    expiresAt: new Date(Date.now() + 3_600_000),
  });
  await harness.grant(account, 90_000n, { source: 'pack', effectiveAt: new Date(Date.now() + 3_600_000) });
  await harness.grant(account, 70_000n, {
    source: 'plan',
    effectiveAt: new Date(Date.now() + 90 * 86_400_000),
  });
  await Promise.all(
    Array.from({ length: 12 }, async (_, i) => {
      const process = i % 2 ? first : second;
      const input = reserveInput(account, { ...(i % 3 ? budget : {}), multiplierMilli: 500 + i });
      await process.ledger.reserve(input);
      await process.ledger.settle(settleInput(input, { completionTokens: i }));
    }),
  );
  const released = await hold(account, budget);
  await first.ledger.settle(settleInput(released, { end: 'release', outcome: 'client_left' }));
  const expired = await hold(account);
  await first.ledger.settle(settleInput(expired, { end: 'expire' }));
  const late = await hold(account, budget);
  await first.ledger.settle(settleInput(late, { end: 'expire' }));
  await first.ledger.settle(settleInput(late));
  await first.ledger.settle(settleInput(await hold(account), { completionTokens: 500 }));
  await first.ledger.settle(settleInput(await hold(account, { multiplierMilli: 0 })));
  await hold(account, budget);
  await first.ledger.settle(settleInput(await hold(account, monthly)));
  await hold(account);
}

/** Debt left, debt paid by what a hold returned, an expiry under a hold, and a clawback that was covered. */
async function troubledHistory(): Promise<void> {
  const owing = await harness.account(100_000n);
  const held = await hold(owing);
  await clawback(owing, 150_000n);
  await first.ledger.settle(settleInput(held));
  const repaid = await harness.account(50_000n);
  await clawback(repaid, 60_000n);
  await harness.grant(repaid, 40_000n);
  await hold(repaid);
  await clawback(repaid, 5_000n);
  const expiring = await harness.account(40_000n);
  await harness.grant(expiring, 60_000n, { expiresAt: new Date(Date.now() + 1_800_000) });
  const across = await hold(expiring);
  await harness.moveClock('2 hours');
  await first.ledger.settle(settleInput(across));
  await hold(expiring);
  const empty = await harness.account(20_000n);
  await first.ledger.settle(settleInput(await hold(empty), { completionTokens: 100 }));
  const [account] = (
    await harness.pool.query(
      `SELECT account_id FROM holds WHERE model = 'test:1b' AND budget_limit > 0 LIMIT 1`,
    )
  ).rows;
  await first.ledger.settle(settleInput(await hold(account.account_id)));
}

beforeAll(async () => {
  harness = await LedgerHarness.create();
  first = await harness.startProcess();
  second = await harness.startProcess();
  await spendingHistory();
  await troubledHistory();
  await harness.moveClock('1 day');
  await harness.pool.query('SELECT billing_make_days()');
  await harness.pool.query(`UPDATE processes SET started_at = now() - interval '2 minutes'`);
});
afterAll(() => harness.close());

it('finds nothing in a history with everything in it', async () => {
  const { rows } = await harness.pool.query(
    `SELECT (SELECT array_agg(DISTINCT kind ORDER BY kind) FROM ledger_entries) AS kinds,
       (SELECT array_agg(DISTINCT state ORDER BY state) FROM holds) AS states,
       (SELECT array_agg(DISTINCT outcome ORDER BY outcome) FROM usage_records) AS outcomes,
       (SELECT count(*)::int FROM usage_records WHERE shortfall > 0) AS shortfalls,
       (SELECT count(*)::int FROM credit_accounts WHERE debt > 0) AS debtors`,
  );
  expect(rows[0]).toEqual({
    kinds: ['charge', 'clawback', 'debt', 'debt_payment', 'expire', 'grant'],
    states: ['expired', 'open', 'released', 'settled'],
    outcomes: ['client_left', 'completed', 'expired', 'settled_late'],
    shortfalls: 1,
    debtors: 1,
  });
  expect((await harness.proof.prove()).differences).toEqual([]);
});

async function planted(plant: Plant): Promise<string[]> {
  const client = await harness.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SET LOCAL session_replication_role = replica');
    await client.query(plant.sql);
    const found = await findDifferences(client);
    return [...new Set(found.map((difference) => difference.check))];
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

const found = new Map<Plant, string[]>();

it.each(PLANTS)('$invariant: $what is found by $foundBy', async (plant) => {
  const checks = await planted(plant);
  found.set(plant, checks);
  expect(checks).toContain(plant.foundBy);
});

it('every invariant and every table of the books is planted, and nearly every check is needed', async () => {
  const lines = [...found].map(
    ([plant, checks]) => `${plant.invariant.padEnd(20)} ${plant.what}: ${checks.join(', ')}`,
  );
  console.log(`planted corruptions and the checks that found them\n${lines.join('\n')}`);
  const planted = new Set(PLANTS.flatMap((plant) => plant.invariant.split(' ')));
  for (const name of ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9']) expect(planted).toContain(name);
  for (const table of [
    'credit_accounts',
    'credit_grants',
    'holds',
    'ledger_entries',
    'usage_records',
    'usage_rollups',
    'key_spending',
  ])
    expect(planted).toContain(table);
  const used = new Set(PLANTS.map((plant) => plant.foundBy));
  expect(PROOF_CHECKS.map((check) => check.name).filter((name) => !used.has(name))).toEqual([
    'live_grants_are_indexed',
    'debt_before_credit',
  ]);
});

it('the plants are gone again', async () => {
  expect((await harness.proof.prove()).differences).toEqual([]);
});
