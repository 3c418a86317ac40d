import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { idToUuid } from '#common';
import { createTestDatabase } from '#database';
import { startTestProcess, type TestProcess, tester } from './testing/test-process.js';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let here: TestProcess;
let there: TestProcess;
let created: { keyId: `key_${string}`; key: string };
let accountId: `acc_${string}`;

beforeAll(async () => {
  database = await createTestDatabase();
  [here, there] = await Promise.all([startTestProcess(database.url), startTestProcess(database.url)]);
  await here.transactions.run(async (tx) => {
    ({ accountId } = await here.accounts.create(tx, tester, { email: 'used@example.com' }));
    created = await here.keys.create(tx, tester, { accountId });
  });
});
afterAll(async () => {
  await Promise.all([here.stop(), there.stop()]);
  await database.drop();
});

const lastUsedMs = async () => {
  const { keys } = await here.keys.list({ accountId, limit: 1 });
  return keys[0]!.lastUsedAt?.getTime() ?? null;
};
/** Sets a process's distance to the database's clock, as a measurement would. */
const setClock = (process: TestProcess, nowMs: number) => {
  const atMs = Date.now();
  process.clock.measured({ databaseMs: nowMs, askedAtMs: atMs, answeredAtMs: atMs });
};

it('a use is written with the next flush, by one process at most once a minute, by all of them too', async () => {
  expect(await lastUsedMs()).toBeNull();
  await here.use(created.key);
  expect(await lastUsedMs()).toBeNull();
  await here.keyUse.flush();
  const firstMs = (await lastUsedMs())!;
  expect(Math.abs(firstMs - Date.now())).toBeLessThan(5000);

  await here.use(created.key);
  await here.keyUse.flush();
  await there.use(created.key);
  await there.keyUse.flush();
  expect(await lastUsedMs()).toBe(firstMs);

  setClock(here, firstMs + 61_000);
  here.keyUse.note(idToUuid(created.keyId));
  await here.keyUse.flush();
  expect(await lastUsedMs()).toBeGreaterThanOrEqual(firstMs + 61_000);
});

it('a process that stops writes what it has gathered, and what could not be written is kept for the next try', async () => {
  const beforeMs = (await lastUsedMs())!;
  setClock(there, beforeMs + 180_000);
  there.keyUse.note(idToUuid(created.keyId));
  await there.dataSource.query('ALTER TABLE keys RENAME TO keys_away');
  await there.keyUse.flush();
  await there.dataSource.query('ALTER TABLE keys_away RENAME TO keys');
  await there.keyUse.beforeApplicationShutdown();
  expect(await lastUsedMs()).toBeGreaterThanOrEqual(beforeMs + 180_000);
});

it('a refused key counts as not used', async () => {
  const beforeMs = await lastUsedMs();
  await here.transactions.run((tx) => here.keys.revoke(tx, tester, { keyId: created.keyId }));
  await here.catchUp();
  setClock(here, beforeMs! + 600_000);
  await expect(here.use(created.key)).rejects.toThrow(/revoked/);
  await here.keyUse.flush();
  expect(await lastUsedMs()).toBe(beforeMs);
});
