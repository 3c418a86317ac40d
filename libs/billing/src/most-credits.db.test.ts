import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { MOST_MILLICREDITS, toCredits, toMilli } from '#common';
import { LedgerHarness } from './ledger.harness.js';

let ledger: LedgerHarness;
beforeAll(async () => {
  ledger = await LedgerHarness.create();
});
afterAll(() => ledger.close());

it('the most an account may have is carried by JSON to the millicredit', () => {
  for (let less = 0n; less < 2_000n; less += 7n) {
    const amount = MOST_MILLICREDITS - less;
    expect(toMilli(JSON.parse(JSON.stringify(toCredits(amount))))).toBe(amount);
  }
});

it('credits beyond it are refused with a clear word and write nothing, also in two grants at one time', async () => {
  const account = await ledger.account(1n);
  await expect(ledger.grant(account, MOST_MILLICREDITS + 1n)).rejects.toMatchObject({
    code: 'limit_reached',
  });
  await expect(ledger.grant(account, MOST_MILLICREDITS)).rejects.toMatchObject({ code: 'limit_reached' });
  const half = MOST_MILLICREDITS / 2n;
  const both = await Promise.allSettled([ledger.grant(account, half), ledger.grant(account, half)]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect((await ledger.balance(account)).available).toBe(half + 1n);
  await ledger.grant(account, MOST_MILLICREDITS - half - 1n, { reference: 'the last' });
  // A replay is the first grant, not another one.
  const again = await ledger.grant(account, MOST_MILLICREDITS - half - 1n, { reference: 'the last' });
  expect(again.state).toBe('exists');
  await expect(ledger.grant(account, 1n)).rejects.toMatchObject({ code: 'limit_reached' });
  const later = new Date(Date.now() + 86_400_000);
  await expect(ledger.grant(account, 1n, { effectiveAt: later })).rejects.toMatchObject({
    code: 'limit_reached',
  });
  expect((await ledger.balance(account)).available).toBe(MOST_MILLICREDITS);
  expect((await ledger.proof.prove()).differences).toEqual([]);
});
