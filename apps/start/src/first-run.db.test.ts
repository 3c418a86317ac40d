import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase } from '#database';
import { prepareDatabase } from '#operator';
import { type FirstRun, firstRunPage, openDemo } from './first-run.js';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let pool: pg.Pool;
let folder: string;
let first: FirstRun;
const optionsFor = (dataDir: string) => ({
  dataDir,
  databaseUrl: database.url,
  authSecret: 'a secret for tests, long enough to be taken',
  keyPrefix: 'sk_llmr_',
  publicUrl: 'http://localhost:3000',
});

beforeAll(async () => {
  database = await createTestDatabase();
  await prepareDatabase({ url: database.url });
  pool = new pg.Pool({ connectionString: database.url, max: 1 });
  folder = mkdtempSync(join(tmpdir(), 'first-run-'));
});
afterAll(async () => {
  await pool.end();
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
});

const people = async () =>
  (
    await pool.query(
      `SELECT email, role, email_verified, is_demo, (SELECT count(*)::int FROM identities WHERE user_id = users.id) AS passwords
       FROM users ORDER BY email`,
    )
  ).rows;

it('a first start makes a holder and an operator, whose passwords and key stand in a file for its owner only', async () => {
  const opened = await openDemo(optionsFor(folder));
  first = opened.firstRun;
  expect(opened.isNew).toBe(true);
  expect(first).toEqual({
    url: 'http://localhost:3000',
    operator: { email: 'operator@example.com', password: expect.stringMatching(/^.{22}$/) },
    holder: {
      email: 'demo@example.com',
      password: expect.stringMatching(/^.{22}$/),
      key: expect.stringMatching(/^sk_llmr_/),
    },
  });
  expect(first.operator.password).not.toBe(first.holder.password);
  const file = join(folder, 'first-run.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(first);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const demo = { email_verified: true, is_demo: true, passwords: 1 };
  expect(await people()).toEqual([
    { email: 'demo@example.com', role: 'user', ...demo },
    { email: 'operator@example.com', role: 'operator', ...demo },
  ]);
});

it('what is printed has all of it, and a command that can be pasted', () => {
  const page = firstRunPage({ firstRun: first, upstream: 'served by nobody', dataFolder: undefined });
  for (const { email, password } of [first.operator, first.holder]) {
    expect(page).toContain(`${email}, password ${password}`);
  }
  expect(page).toContain(`-H "Authorization: Bearer ${first.holder.key}"`);
});

it('a second start makes nothing and says what the first wrote', async () => {
  expect(await openDemo(optionsFor(folder))).toEqual({ firstRun: first, isNew: false });
  expect(await people()).toHaveLength(2);
});

it('a start whose file is lost gives new passwords and a new key, and the old ones end', async () => {
  const before = await pool.query('SELECT id, user_id, password FROM identities ORDER BY id');
  rmSync(join(folder, 'first-run.json'));
  const { firstRun, isNew } = await openDemo(optionsFor(folder));
  expect(isNew).toBe(true);
  expect(firstRun.holder.key).not.toBe(first.holder.key);
  expect(firstRun.operator.password).not.toBe(first.operator.password);
  const after = await pool.query('SELECT id, user_id, password FROM identities ORDER BY id');
  expect(after.rows.map((row) => row.user_id)).toEqual(before.rows.map((row) => row.user_id));
  for (const [index, row] of after.rows.entries()) expect(row.password).not.toBe(before.rows[index].password);
  const { rows } = await pool.query('SELECT revoked_at IS NULL AS works FROM keys ORDER BY id');
  expect(rows).toEqual([{ works: false }, { works: true }]);
  const grants = await pool.query('SELECT source, amount FROM credit_grants');
  expect(grants.rows).toEqual([{ source: 'welcome', amount: '1000000' }]);
});
