import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { AccountsService } from '#accounts';
import { Clock } from '#database';
import { BalancesRepository } from './balances.repository.js';
import { CreditAccountsService } from './credit-accounts.service.js';
import { LedgerHarness, type LedgerProcess, reserveInput, settleInput } from './ledger.harness.js';
import { WelcomeGrantService } from './welcome-grant.service.js';

let harness: LedgerHarness;
let process: LedgerProcess;
let accounts: CreditAccountsService;
let welcome: WelcomeGrantService;

beforeAll(async () => {
  harness = await LedgerHarness.create();
  process = await harness.startProcess();
  const balances = new BalancesRepository(harness.pool);
  accounts = new CreditAccountsService(balances, undefined as unknown as AccountsService);
  welcome = new WelcomeGrantService(harness.grants, new Clock());
});
afterAll(() => harness.close());

const give = (accountUuid: string, canonicalAddress: string) =>
  harness.transactions.run((tx) => welcome.give(tx, { accountUuid, canonicalAddress }));
const close = (account: string) => harness.transactions.run((tx) => accounts.close(tx, account));

it('fifty verifications at once give a person one welcome grant', async () => {
  const account = await harness.account(0n);
  const given = await Promise.all(Array.from({ length: 50 }, () => give(account, 'somebody@example.com')));
  expect(given.filter((answer) => answer === 'given')).toHaveLength(1);
  expect(await harness.balance(account)).toMatchObject({ available: 1_000_000n });
  const { rows } = await harness.pool.query(
    `SELECT source, extract(epoch FROM expires_at - created_at) / 86400 AS days, external_reference FROM credit_grants
     WHERE account_id = $1`,
    [account],
  );
  expect(rows).toHaveLength(1);
  expect(Number(rows[0].days)).toBeCloseTo(30, 2);
  expect(rows[0].external_reference).not.toContain('somebody');
});

it('fifty accounts of one person that are verified at once have one welcome grant between them', async () => {
  const those = await Promise.all(Array.from({ length: 50 }, () => harness.account(0n)));
  const given = await Promise.all(those.map((account) => give(account, 'twice@example.com')));
  expect(given.filter((answer) => answer === 'given')).toHaveLength(1);
});

it('closed books have nothing left and nothing to come, and add up', async () => {
  const account = await harness.account(50_000n);
  await harness.grant(account, 20_000n, { source: 'welcome', expiresAt: new Date(Date.now() + 3_600_000) });
  await harness.grant(account, 70_000n, { source: 'plan', effectiveAt: new Date(Date.now() + 3_600_000) });
  await close(account);
  await close(account);
  expect(await harness.balance(account)).toEqual({ available: 0n, held: 0n, debt: 0n });
  await harness.moveClock('2 hours');
  await expect(process.ledger.reserve(reserveInput(account))).rejects.toMatchObject({
    code: 'insufficient_credits',
  });
  const { rows } = await harness.pool.query(
    `SELECT kind, sum(amount)::int AS amount FROM ledger_entries WHERE account_id = $1 GROUP BY kind ORDER BY kind`,
    [account],
  );
  expect(rows).toEqual([
    { kind: 'expire', amount: 70_000 },
    { kind: 'grant', amount: 70_000 },
  ]);
  expect((await harness.proof.prove()).differences).toEqual([]);
});

it('books are not closed while a request is in flight, and nothing of them is changed', async () => {
  const account = await harness.account(50_000n);
  const input = reserveInput(account);
  await process.ledger.reserve(input);
  await expect(close(account)).rejects.toMatchObject({ code: 'conflict' });
  expect(await harness.balance(account)).toEqual({ available: 30_000n, held: 20_000n, debt: 0n });
  await process.ledger.settle(settleInput(input));
  await close(account);
  expect(await harness.balance(account)).toMatchObject({ available: 0n, held: 0n });
  await expect(close(randomUUID())).rejects.toMatchObject({ code: 'not_found' });
});

it('a debt outlives the books', async () => {
  const account = await harness.account(10_000n);
  await harness.transactions.run((tx) =>
    harness.grants.clawback(tx, {
      accountUuid: account,
      reference: randomUUID(),
      referenceKind: 'payment',
      amountMillicredits: 15_000n,
    }),
  );
  await close(account);
  expect(await harness.balance(account)).toMatchObject({ available: 0n, debt: 5_000n });
  expect((await harness.proof.prove()).differences).toEqual([]);
});
