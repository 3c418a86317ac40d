import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { idToUuid } from '#common';
import { createTestDatabase } from '#database';
import { startTestProcess, type TestProcess, tester } from './testing/test-process.js';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let here: TestProcess;

beforeAll(async () => {
  database = await createTestDatabase();
  here = await startTestProcess(database.url);
});
afterAll(async () => {
  await here.stop();
  await database.drop();
});

const create = (input: { email: string; name?: string }) =>
  here.transactions.run((tx) => here.accounts.create(tx, tester, input));
const setLimits = (accountId: `acc_${string}`, limits: object) =>
  here.transactions.run((tx) => here.accounts.setLimits(tx, tester, { accountId, limits }));
const applyPlan = (accountId: `acc_${string}`, requestsPerMinute: number) =>
  here.transactions.run((tx) =>
    here.accounts.applyPlanLimits(tx, idToUuid(accountId), {
      requestsPerMinute,
      inFlightLimit: 4,
      keyLimit: 2,
    }),
  );

it('a new account is a person’s own: user, account and ownership in one transaction, with its line', async () => {
  const { accountId, userId } = await create({ email: ' Ada@Example.COM ', name: 'Ada' });
  expect(await here.accounts.show(accountId)).toEqual({
    accountId,
    name: 'Ada',
    kind: 'personal',
    createdAt: expect.any(Date),
    suspendedAt: null,
    requestsPerMinute: null,
    inFlightLimit: null,
    keyLimit: null,
    overriddenLimits: [],
    owner: { userId, email: 'ada@example.com' },
  });
  expect((await here.accounts.show('ADA@example.com')).accountId).toBe(accountId);
  const lines = await here.dataSource.query('SELECT action FROM audit_log WHERE subject = $1', [accountId]);
  expect(lines).toEqual([{ action: 'account.create' }]);
});

it('an address has one user, however it is spelled and however many ask at one time', async () => {
  const attempts = await Promise.allSettled(
    ['herd@example.com', 'Herd@example.com', 'HERD@EXAMPLE.COM'].map((email) => create({ email })),
  );
  expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
  for (const attempt of attempts) {
    if (attempt.status === 'rejected') expect(attempt.reason).toMatchObject({ code: 'conflict' });
  }
  const [{ count }] = await here.dataSource.query(
    "SELECT count(*)::int AS count FROM accounts WHERE name ILIKE 'herd'",
  );
  expect(count).toBe(1);
});

it.each([
  '',
  'ada',
  'ada@',
  '@example.com',
  'a b@example.com',
  'ada@example',
  `${'a'.repeat(250)}@example.com`,
])('%j is no e-mail address', async (email) => {
  await expect(create({ email })).rejects.toMatchObject({
    code: 'invalid_value',
    detail: { param: 'email' },
  });
});

it.each(['nobody@example.com', `acc_${'0'.repeat(32)}`, 'acc_1', '', "'; DROP TABLE accounts"])(
  'an account nobody has (%j) is not found',
  async (text) => {
    await expect(here.accounts.show(text)).rejects.toMatchObject({ code: 'not_found' });
  },
);

it('lists go page by page, newest first, and each account is in them once', async () => {
  for (let i = 0; i < 5; i++) await create({ email: `page${i}@example.com` });
  const seen: string[] = [];
  let before: `acc_${string}` | undefined;
  do {
    const page = await here.accounts.list({ limit: 2, before });
    seen.push(...page.accounts.map((account) => account.accountId));
    before = page.next ?? undefined;
  } while (before);
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toEqual([...seen].sort().reverse());
  const [{ count }] = await here.dataSource.query('SELECT count(*)::int AS count FROM accounts');
  expect(seen).toHaveLength(count);
  await expect(here.accounts.list({ limit: 201 })).rejects.toMatchObject({ code: 'invalid_value' });
});

it('a suspension keeps its first time and writes one line, and needs a reason', async () => {
  const { accountId } = await create({ email: 'suspended@example.com' });
  const suspend = (reason: string) =>
    here.transactions.run((tx) => here.accounts.suspend(tx, tester, { accountId, reason }));
  await expect(suspend(' ')).rejects.toMatchObject({ code: 'invalid_value', detail: { param: 'reason' } });
  await suspend('abuse');
  const { suspendedAt } = await here.accounts.show(accountId);
  await suspend('again');
  expect((await here.accounts.show(accountId)).suspendedAt).toEqual(suspendedAt);
  await here.transactions.run((tx) => here.accounts.resume(tx, tester, { accountId, reason: 'sorted out' }));
  expect((await here.accounts.show(accountId)).suspendedAt).toBeNull();
  const lines = await here.dataSource.query(
    'SELECT action, reason FROM audit_log WHERE subject = $1 ORDER BY id OFFSET 1',
    [accountId],
  );
  expect(lines).toEqual([
    { action: 'account.suspend', reason: 'abuse' },
    { action: 'account.resume', reason: 'sorted out' },
  ]);
});

it('a change of plan sets every limit but those an operator set by hand', async () => {
  const { accountId } = await create({ email: 'limits@example.com' });
  await applyPlan(accountId, 10);
  expect(await here.accounts.show(accountId)).toMatchObject({
    requestsPerMinute: 10,
    inFlightLimit: 4,
    keyLimit: 2,
    overriddenLimits: [],
  });
  await setLimits(accountId, { requestsPerMinute: 500 });
  await setLimits(accountId, { keyLimit: null });
  await applyPlan(accountId, 60);
  expect(await here.accounts.show(accountId)).toMatchObject({
    requestsPerMinute: 500,
    inFlightLimit: 4,
    keyLimit: null,
    overriddenLimits: ['key_limit', 'requests_per_minute'],
  });
});

it.each([{}, { requestsPerMinute: 0 }, { inFlightLimit: 1.5 }, { keyLimit: -1 }, { keyLimit: 2 ** 31 }])(
  'limits that are none are refused (%j)',
  async (limits) => {
    const { accountId } = await here.accounts.show('limits@example.com');
    await expect(setLimits(accountId, limits)).rejects.toMatchObject({ code: 'invalid_value' });
  },
);

it('what is done to an account nobody has is not found', async () => {
  const accountId = `acc_${'0'.repeat(32)}` as const;
  await expect(setLimits(accountId, { keyLimit: 1 })).rejects.toMatchObject({ code: 'not_found' });
  await expect(applyPlan(accountId, 1)).rejects.toMatchObject({ code: 'not_found' });
});
