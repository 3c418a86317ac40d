import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { idToUuid } from '#common';
import { createTestDatabase } from '#database';
import { hashKey } from './key-format.js';
import { startTestProcess, type TestProcess, tester } from './testing/test-process.js';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let here: TestProcess;
let there: TestProcess;
let accountId: `acc_${string}`;
let accounts = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  [here, there] = await Promise.all([startTestProcess(database.url), startTestProcess(database.url)]);
});
afterAll(async () => {
  await Promise.all([here.stop(), there.stop()]);
  await database.drop();
});
beforeEach(async () => {
  accounts += 1;
  const email = `holder${accounts}@example.com`;
  ({ accountId } = await here.transactions.run((tx) => here.accounts.create(tx, tester, { email })));
});

const create = (input: object = {}, process = here) =>
  process.transactions.run((tx) => process.keys.create(tx, tester, { accountId, ...input }));
const revoke = (input: { keyId: `key_${string}`; accountId?: `acc_${string}` }) =>
  here.transactions.run((tx) => here.keys.revoke(tx, tester, input));
const limitKeys = (keyLimit: number | null) =>
  here.transactions.run((tx) => here.accounts.setLimits(tx, tester, { accountId, limits: { keyLimit } }));

it('the key is nowhere in the database: its hash is, and the audit line shows its end only', async () => {
  const { key, keyId } = await create({ name: 'laptop' });
  const rows = await here.dataSource.query('SELECT * FROM keys WHERE hash = $1', [hashKey(key)]);
  expect(rows).toHaveLength(1);
  const audit = await here.dataSource.query('SELECT * FROM audit_log WHERE subject = $1', [keyId]);
  expect(audit).toEqual([
    expect.objectContaining({
      actor_kind: 'command_line',
      actor_id: 'tester',
      action: 'key.create',
      detail: expect.objectContaining({ accountId, name: 'laptop', display: `sk_test_…${key.slice(-4)}` }),
    }),
  ]);
  expect(JSON.stringify([rows, audit])).not.toContain(key.slice(8, 40));
});

it('a list shows newest first, page by page, and no hash', async () => {
  const made = [await create({ name: 'a' }), await create({ name: 'b' }), await create({ name: 'c' })];
  const first = await here.keys.list({ accountId, limit: 2 });
  expect(first.keys.map((key) => key.name)).toEqual(['c', 'b']);
  expect(first.next).toBe(made[1]!.keyId);
  const second = await here.keys.list({ accountId, limit: 2, before: first.next! });
  expect(second).toMatchObject({ keys: [{ name: 'a', scopes: ['inference'] }], next: null });
  expect(Object.keys(first.keys[0]!)).not.toContain('hash');
  await expect(here.keys.list({ accountId, limit: 0 })).rejects.toMatchObject({ code: 'invalid_value' });
});

it('racing creations over two processes end with exactly as many keys as the account may have', async () => {
  await limitKeys(3);
  const attempts = await Promise.allSettled(
    Array.from({ length: 12 }, (_, i) => create({ name: `key ${i}` }, i % 2 ? here : there)),
  );
  expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(3);
  for (const attempt of attempts) {
    if (attempt.status === 'rejected') expect(attempt.reason).toMatchObject({ code: 'limit_reached' });
  }
  const { keys } = await here.keys.list({ accountId, limit: 50 });
  expect(keys).toHaveLength(3);
});

it('a revoked key makes room for another one, and no limit is no limit', async () => {
  await limitKeys(1);
  const { keyId } = await create();
  await expect(create()).rejects.toMatchObject({
    code: 'limit_reached',
    publicMessage: expect.stringContaining('1 key'),
  });
  await revoke({ keyId });
  await create();
  await limitKeys(null);
  await create();
});

it('revoking twice is revoking once: the time stays and one line is written', async () => {
  const { keyId } = await create();
  await revoke({ keyId });
  const [before] = (await here.keys.list({ accountId, limit: 1 })).keys;
  await revoke({ keyId });
  const [after] = (await here.keys.list({ accountId, limit: 1 })).keys;
  expect(after!.revokedAt).toEqual(before!.revokedAt);
  const lines = await here.dataSource.query(
    "SELECT 1 FROM audit_log WHERE subject = $1 AND action = 'key.revoke'",
    [keyId],
  );
  expect(lines).toHaveLength(1);
});

it('a key of another account does not exist for this one', async () => {
  const { keyId, key } = await create();
  const stranger = await here.transactions.run((tx) =>
    here.accounts.create(tx, tester, { email: `stranger${accounts}@example.com` }),
  );
  await expect(revoke({ keyId, accountId: stranger.accountId })).rejects.toMatchObject({ code: 'not_found' });
  await expect(revoke({ keyId: `key_${'0'.repeat(32)}` })).rejects.toMatchObject({ code: 'not_found' });
  expect((await here.use(key)).keyId).toBe(keyId);
});

it('a creation that is rolled back leaves no key, no line and no room taken', async () => {
  await limitKeys(1);
  const failing = here.transactions.run(async (tx) => {
    await here.keys.create(tx, tester, { accountId });
    throw new Error('stop');
  });
  await expect(failing).rejects.toThrow('stop');
  await create();
});

it.each([
  ['name', { name: '  ' }],
  ['name', { name: 'x'.repeat(101) }],
  ['name', { name: 'two\nlines' }],
  ['scopes', { scopes: [] }],
  ['scopes', { scopes: ['inference', 'everything'] }],
  ['models', { allowedModels: [] }],
  ['models', { allowedModels: ['llama3.2:3b', ' '] }],
  ['budget', { budgetMillicredits: 0n }],
  ['budget', { budgetMillicredits: -1n }],
  ['budget', { budgetMillicredits: 2n ** 63n }],
  ['reset', { budgetReset: 'daily' }],
  ['reset', { budgetMillicredits: 1n, budgetReset: 'weekly' }],
  ['expires', { expiresAt: new Date(Date.now() - 1000) }],
  ['expires', { expiresAt: new Date('never') }],
])('a wrong %s is refused by name (%#)', async (param, input) => {
  await expect(create(input)).rejects.toMatchObject({ code: 'invalid_value', detail: { param } });
});

it.each([
  ['an unknown scope', "scopes = '{everything}'"],
  ['no scope', "scopes = '{}'"],
  ['an empty list of models', "allowed_models = '{}'"],
  ['a budget of nothing', 'budget_millicredits = 0'],
  ['a reset without a budget', "budget_reset = 'daily'"],
  ['an unknown reset', "budget_millicredits = 1, budget_reset = 'weekly'"],
  ['a hash of another length', "hash = '\\x00'"],
  ['an end before its beginning', 'expires_at = created_at'],
])('the database itself refuses %s', async (_what, assignment) => {
  await create();
  await expect(
    here.dataSource.query(`UPDATE keys SET ${assignment} WHERE account_id = $1`, [idToUuid(accountId)]),
  ).rejects.toThrow(/violates check constraint/);
});

it('an account with keys cannot be deleted, so that no charge loses its key', async () => {
  await create();
  await expect(here.dataSource.query('DELETE FROM accounts')).rejects.toThrow(/foreign key/);
});

it('a creation for an account nobody knows is not found', async () => {
  accountId = `acc_${'0'.repeat(32)}`;
  await expect(create()).rejects.toMatchObject({ code: 'not_found' });
});
