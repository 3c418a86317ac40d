import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { startCommandLine, type TestCommandLine } from './command-line.harness.js';

let cli: TestCommandLine;
let pool: pg.Pool;
beforeAll(async () => {
  cli = await startCommandLine();
  pool = new pg.Pool({ connectionString: cli.url, max: 1 });
});
afterAll(async () => {
  await pool.end();
  await cli.drop();
});

const userOf = async (email: string) =>
  (
    await pool.query(
      `SELECT role, email_verified, (SELECT count(*)::int FROM identities WHERE user_id = users.id) AS identities,
         (SELECT count(*)::int FROM members WHERE user_id = users.id) AS accounts FROM users WHERE email = $1`,
      [email],
    )
  ).rows[0];

it('an operator is made with a password that is shown once, kept as a hash, and an account of their own', async () => {
  const made = await cli.json(['operator', 'create', '--email', 'Olga@Example.com', '--name', 'Olga O']);
  expect(made).toEqual({
    userId: expect.stringMatching(/^usr_/),
    password: expect.stringMatching(/^.{22}$/),
  });
  expect(await userOf('olga@example.com')).toEqual({
    role: 'operator',
    email_verified: true,
    identities: 1,
    accounts: 1,
  });
  const { rows } = await pool.query(
    `SELECT to_jsonb(identities)::text AS line FROM identities UNION ALL SELECT to_jsonb(audit_log)::text FROM audit_log`,
  );
  expect(JSON.stringify(rows)).not.toContain(made.password);
  // No welcome credits: nobody signed up.
  expect(await cli.json('account show olga@example.com')).toMatchObject({ available: 0, plan: 'free' });
});

it('a person who is there becomes one, with the password they have, or their first', async () => {
  await cli.json('account create --email ada@example.com --credits 5');
  const first = await cli.json('operator create --email ada@example.com');
  expect(first.password).toEqual(expect.any(String));
  const again = await cli.json('operator create --email ADA@example.com');
  expect(again).toEqual({ userId: first.userId, password: null });
  expect(await userOf('ada@example.com')).toMatchObject({ role: 'operator', identities: 1, accounts: 1 });
  expect(await cli.json('account show ada@example.com')).toMatchObject({ available: 5 });
  const { rows } = await pool.query(`SELECT actor_kind FROM audit_log WHERE action = 'operator.create'`);
  expect(rows.every((row) => row.actor_kind === 'command_line')).toBe(true);
});

it('what is no address makes nobody', async () => {
  const ran = await cli.say('operator create --email nobody --json');
  expect([ran.exitCode, JSON.parse(ran.errors).error.code]).toEqual([1, 'invalid_value']);
  expect((await cli.say('operator create')).exitCode).toBe(1);
});

it('ending demo sign-ins where there are none ends none', async () => {
  expect(await cli.json('operator end-demo')).toEqual({ ended: 0 });
  expect((await userOf('olga@example.com')).role).toBe('operator');
});

it('operators are listed, and one who is removed is a user like any other', async () => {
  await cli.json('account create --email eve@example.com --name Eve');
  await cli.json('operator create --email eve@example.com');
  const listed = () => cli.json<{ email: string }[]>('operator list');
  expect(await listed()).toContainEqual(
    expect.objectContaining({ email: 'eve@example.com', name: 'Eve', twoFactorEnabled: false }),
  );
  expect(await cli.json('operator remove EVE@example.com')).toMatchObject({ isOperator: false });
  expect((await listed()).map((one) => one.email)).not.toContain('eve@example.com');
  const nobody = await cli.say('operator remove bob@example.com');
  expect(nobody).toMatchObject({ exitCode: 1, errors: 'Nobody has signed up as bob@example.com.\n' });
});
