import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { idToUuid } from '#common';
import { createTestDatabase } from '#database';
import { makeKey } from './key-format.js';
import type { KeySnapshot } from './key-snapshot.js';
import { startTestProcess, type TestProcess, tester } from './testing/test-process.js';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let here: TestProcess;
let there: TestProcess;
let accountId: `acc_${string}`;
let accounts = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});
beforeEach(async () => {
  [here, there] = await Promise.all([startTestProcess(database.url), startTestProcess(database.url)]);
  accounts += 1;
  const created = await here.transactions.run((tx) =>
    here.accounts.create(tx, tester, { email: `holder${accounts}@example.com` }),
  );
  accountId = created.accountId;
  await catchUp();
});
afterEach(async () => {
  await Promise.all([here.stop(), there.stop()]);
});

/** Changes made in preparing a test are not to arrive in the middle of it. */
const catchUp = () => Promise.all([here.catchUp(), there.catchUp()]);
const createKey = async (input: object = {}) => {
  const created = await here.transactions.run((tx) => here.keys.create(tx, tester, { accountId, ...input }));
  await catchUp();
  return created;
};
const revoke = (keyId: `key_${string}`) =>
  there.transactions.run((tx) => there.keys.revoke(tx, tester, { keyId }));
const refusal = (code: string, words: RegExp) =>
  expect.objectContaining({ code, publicMessage: expect.stringMatching(words) });

it('a key says whose it is, what it may do and which limits hold', async () => {
  await here.transactions.run((tx) =>
    here.accounts.setLimits(tx, tester, { accountId, limits: { requestsPerMinute: 7, inFlightLimit: 3 } }),
  );
  const expiresAt = new Date(Date.now() + 3_600_000);
  const { key, keyId } = await createKey({
    scopes: ['inference', 'account:read'],
    allowedModels: ['llama3.2:3b'],
    budgetMillicredits: 7_999_999_999_999_999n,
    budgetReset: 'daily',
    expiresAt,
  });
  expect(await here.use(key)).toEqual({
    keyId,
    accountId,
    keyUuid: idToUuid(keyId),
    accountUuid: idToUuid(accountId),
    scopes: new Set(['inference', 'account:read']),
    allowedModels: new Set(['llama3.2:3b']),
    expiresAtMs: expiresAt.getTime(),
    budgetMillicredits: 7_999_999_999_999_999n,
    budgetReset: 'daily',
    suspended: false,
    requestsPerMinute: 7,
    inFlightLimit: 3,
  } satisfies KeySnapshot);
});

it('a key seen before is answered at once and without a query, in either header', async () => {
  const { key } = await createKey();
  const first = await here.use(key);
  const again = here.authenticator.authenticate({ 'x-api-key': key });
  expect(again).toBe(first);
  expect(here.repository.lookups).toBe(1);
});

it('requests that bring a new key at one time share one query', async () => {
  const { key } = await createKey();
  await Promise.all(Array.from({ length: 50 }, () => here.use(key)));
  expect(here.repository.lookups).toBe(1);
});

it('a mistyped or cut key is refused without a query', async () => {
  const { key } = await createKey();
  for (const wrong of [key.slice(0, -1), `${key}x`, key.replace('sk_', 'sk-'), `"${key}"`, 'hello']) {
    await expect(here.use(wrong)).rejects.toEqual(refusal('invalid_api_key', /not a whole API key/));
  }
  expect(here.repository.lookups).toBe(0);
});

it('an unknown key is asked for once in a while, not with each request', async () => {
  const stranger = makeKey('sk_test_');
  for (let i = 0; i < 3; i++) {
    await expect(here.use(stranger)).rejects.toEqual(refusal('invalid_api_key', /not known here/));
  }
  expect(here.repository.lookups).toBe(1);
});

it('no refusal repeats the key that was sent', async () => {
  const key = makeKey('sk_secret_');
  for (const sent of [key, key.slice(1), `${key}x`]) {
    const error = await here.use(sent).catch((thrown: unknown) => thrown);
    expect(JSON.stringify([error, (error as Error).message])).not.toContain(key.slice(2, 20));
  }
});

it('a key made with another prefix stays good', async () => {
  const { key } = await createKey();
  expect(key).toMatch(/^sk_test_/);
  const old = makeKey('old_brand_');
  await here.dataSource.query(
    `INSERT INTO keys (account_id, name, hash, display, scopes, created_by)
     SELECT account_id, 'old', sha256($1::bytea), 'old', scopes, 'x' FROM keys ORDER BY id DESC LIMIT 1`,
    [Buffer.from(old)],
  );
  expect((await here.use(old)).accountId).toBe(accountId);
});

it('a revocation in one process is felt by another that remembers the key', async () => {
  const { key, keyId } = await createKey();
  await here.use(key);
  await revoke(keyId);
  await here.catchUp();
  await expect(here.use(key)).rejects.toEqual(refusal('invalid_api_key', /was revoked/));
  await expect(here.use(key)).rejects.toEqual(refusal('invalid_api_key', /was revoked/));
  expect(here.repository.lookups).toBe(2);
});

it('a suspension and new limits reach every key of the account in every process', async () => {
  const keys = [await createKey(), await createKey()];
  for (const { key } of keys) expect((await here.use(key)).suspended).toBe(false);
  await there.transactions.run(async (tx) => {
    await there.accounts.suspend(tx, tester, { accountId, reason: 'test' });
    await there.accounts.setLimits(tx, tester, { accountId, limits: { requestsPerMinute: 3 } });
  });
  await here.catchUp();
  for (const { key } of keys) {
    expect(await here.use(key)).toMatchObject({ suspended: true, requestsPerMinute: 3 });
  }
});

it('an answer read before a revocation and arriving after it is not remembered', async () => {
  const { key, keyId } = await createKey();
  let arrive = () => {};
  here.repository.delay = new Promise((done) => {
    arrive = done;
  });
  const read = new Promise<void>((done) => {
    here.repository.onRead = done;
  });
  const early = here.use(key);
  await read;
  here.repository.delay = undefined;
  await revoke(keyId);
  await here.catchUp();
  // Nor is it shared with a request that came after the revocation.
  await expect(here.use(key)).rejects.toEqual(refusal('invalid_api_key', /was revoked/));
  arrive();
  await early;
  await expect(here.use(key)).rejects.toEqual(refusal('invalid_api_key', /was revoked/));
});

it('a process that hears no changes asks the database each time', async () => {
  const { key, keyId } = await createKey();
  await here.use(key);
  await here.cutListener();
  await revoke(keyId);
  await expect(here.use(key)).rejects.toEqual(refusal('invalid_api_key', /was revoked/));
});

it('what was remembered before the listener was cut off is forgotten when it is back', async () => {
  const { key, keyId } = await createKey();
  await here.use(key);
  await here.cutListener();
  await revoke(keyId);
  await here.mendListener();
  await expect(here.use(key)).rejects.toEqual(refusal('invalid_api_key', /was revoked/));
});

it('a key ends when its time has come by the database’s clock, remembered or not', async () => {
  const { key } = await createKey({ expiresAt: new Date(Date.now() + 60_000) });
  await here.use(key);
  const nowMs = Date.now();
  here.clock.measured({ databaseMs: nowMs + 60_001, askedAtMs: nowMs, answeredAtMs: nowMs });
  await expect(here.use(key)).rejects.toEqual(refusal('invalid_api_key', /expired at/));
  expect(here.repository.lookups).toBe(1);
});

it('while the database is away a key nobody remembers is a 503, not a 401', async () => {
  const { key } = await createKey();
  await there.dataSource.destroy();
  await expect(there.use(key)).rejects.toEqual(refusal('database_unavailable', /Try again/));
  await there.dataSource.initialize();
});
