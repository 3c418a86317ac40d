import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startCommandLine, type TestCommandLine } from './command-line.harness.js';

let cli: TestCommandLine;
let client: pg.Client;

beforeAll(async () => {
  cli = await startCommandLine();
  client = new pg.Client({ connectionString: cli.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await cli.drop();
});

const auditOf = async (subject: string) =>
  (
    await client.query(
      'SELECT actor_kind, actor_id, action, reason, detail FROM audit_log WHERE subject = $1 ORDER BY id',
      [subject],
    )
  ).rows;

describe('account create', () => {
  it('gives exactly the credits named, no welcome beside them, and the key once', async () => {
    const opened = await cli.json('account create --email Ada@Example.com --credits 1000.5 --plan pro');
    expect(opened).toEqual({
      accountId: expect.stringMatching(/^acc_[0-9a-f]{32}$/),
      userId: expect.stringMatching(/^usr_[0-9a-f]{32}$/),
      keyId: expect.stringMatching(/^key_[0-9a-f]{32}$/),
      key: expect.stringMatching(/^sk_llmr_/),
    });
    expect(await cli.json('account show ada@example.com')).toMatchObject({
      accountId: opened.accountId,
      email: 'ada@example.com',
      plan: 'pro',
      available: 1000.5,
      held: 0,
      debt: 0,
      requestsPerMinute: 60,
      inFlight: 32,
      suspended: false,
    });
    const lines = await auditOf(opened.accountId as string);
    expect(lines.map((line) => line.action)).toEqual(['account.create', 'account.grant']);
    expect(lines[1]).toMatchObject({ actor_kind: 'command_line', detail: { credits: 1000.5 } });
    expect(JSON.stringify(lines)).not.toContain(opened.key);
  });

  it('without --credits and --plan begins with nothing on the free plan', async () => {
    const { accountId } = await cli.json('account create --email empty@example.com');
    expect(await cli.json(`account show ${accountId}`)).toMatchObject({ plan: 'free', available: 0 });
    const { rows } = await client.query('SELECT count(*)::int AS grants FROM credit_grants');
    expect(rows[0].grants).toBe(1);
  });

  it.each([
    ['a plan there is not', '--email p@example.com --plan gold', 'invalid_value', 'Plans are free'],
    ['negative credits', '--email p@example.com --credits -1', 'wrong_usage', 'not negative'],
    ['four decimals', '--email p@example.com --credits 1.2345', 'wrong_usage', 'three decimals'],
    ['credits that are no number', '--email p@example.com --credits 1e3', 'wrong_usage', 'a number'],
    ['credits beyond counting', '--email p@example.com --credits 9007199254741', 'wrong_usage', 'more than'],
    ['an address that is none', '--email nonsense', 'invalid_value', 'not an e-mail address'],
    ['an address that is taken', '--email ADA@example.com', 'conflict', 'exists already'],
    ['no address', '--plan free', 'wrong_usage', '--email'],
    ['a word too many', 'extra --email p@example.com', 'wrong_usage', 'too many arguments'],
    ['an option there is not', '--email p@example.com --gift 5', 'wrong_usage', 'unknown option'],
  ])('refuses %s in one line and opens nothing', async (_, options, code, words) => {
    const before = await client.query('SELECT count(*) FROM accounts');
    const ran = await cli.say(`account create ${options} --json`);
    expect(ran).toMatchObject({ exitCode: 1, output: '' });
    expect(JSON.parse(ran.errors)).toEqual({ error: { code, message: expect.stringContaining(words) } });
    expect((await client.query('SELECT count(*) FROM accounts')).rows).toEqual(before.rows);
  });
});

describe('account grant', () => {
  it('adds credits with their end, and writes down who gave them and why', async () => {
    const { accountId } = await cli.json('account create --email given@example.com');
    const given = await cli.json([
      ...['account', 'grant', 'given@example.com', '--credits', '78.5'],
      ...['--reason', 'an outage on Monday', '--expires', '2999-01-31'],
    ]);
    expect(given).toMatchObject({ accountId, credits: 78.5, available: 78.5 });
    expect(await cli.json(`account show ${accountId}`)).toMatchObject({
      nextExpiryAt: '2999-01-31T00:00:00.000Z',
    });
    expect((await auditOf(accountId as string)).at(-1)).toMatchObject({
      actor_kind: 'command_line',
      action: 'account.grant',
      reason: 'an outage on Monday',
      detail: { credits: 78.5, grantId: given.grantId },
    });
  });

  it.each([
    ['an account there is not', 'nobody@example.com --credits 5 --reason x', 'not_found'],
    ['an id that is none', 'acc_1 --credits 5 --reason x', 'not_found'],
    ['nothing', 'given@example.com --credits 0 --reason x', 'invalid_value'],
    ['no reason', 'given@example.com --credits 5', 'wrong_usage'],
    ['a date that is none', 'given@example.com --credits 5 --reason x --expires soon', 'wrong_usage'],
    ['a day there is not', 'given@example.com --credits 5 --reason x --expires 2999-02-30', 'wrong_usage'],
    ['a date in the past', 'given@example.com --credits 5 --reason x --expires 2020-01-01', 'invalid_value'],
  ])('refuses %s and gives nothing', async (_, options, code) => {
    const before = await client.query('SELECT count(*) FROM credit_grants');
    const ran = await cli.say(`account grant ${options} --json`);
    expect(ran.exitCode).toBe(1);
    expect(JSON.parse(ran.errors).error.code).toBe(code);
    expect((await client.query('SELECT count(*) FROM credit_grants')).rows).toEqual(before.rows);
  });

  it('refuses a reason of spaces', async () => {
    const ran = await cli.run('account grant given@example.com --credits 5 --reason'.split(' ').concat(' '));
    expect(ran).toMatchObject({ exitCode: 1, errors: expect.stringContaining('Say why') });
  });
});

describe('account limits, suspend and resume', () => {
  it('set what is named, none is no limit, and the rest stays', async () => {
    await cli.json('account create --email limited@example.com');
    expect(await cli.json('account limits limited@example.com --requests-per-minute none')).toMatchObject({
      requestsPerMinute: null,
      inFlight: 4,
    });
    expect(await cli.json('account limits limited@example.com --in-flight 100')).toMatchObject({
      requestsPerMinute: null,
      inFlight: 100,
    });
    for (const wrong of ['', ' --in-flight 0', ' --in-flight 1.5', ' --in-flight 99999999999']) {
      expect(await cli.say(`account limits limited@example.com${wrong}`)).toMatchObject({ exitCode: 1 });
    }
  });

  it('a suspension is shown and taken back, with the reason given or without', async () => {
    const { accountId } = await cli.json('account create --email bad@example.com');
    expect(await cli.json(['account', 'suspend', 'bad@example.com', '--reason', 'abuse'])).toEqual({
      accountId,
      suspended: true,
    });
    expect(await cli.json('account show bad@example.com')).toMatchObject({ suspended: true });
    expect(await cli.json(`account resume ${accountId}`)).toEqual({ accountId, suspended: false });
    expect((await auditOf(accountId as string)).map((line) => [line.action, line.reason])).toEqual([
      ['account.create', null],
      ['account.suspend', 'abuse'],
      ['account.resume', 'not said at the command line'],
    ]);
  });
});

it('account list shows every account, newest first, and as many as asked for', async () => {
  const all = await cli.json<{ accountId: string; available: number }[]>('account list');
  expect(all).toHaveLength((await client.query('SELECT 1 FROM accounts')).rowCount!);
  expect(all.map((one) => one.accountId)).toEqual(
    all
      .map((one) => one.accountId)
      .toSorted()
      .reverse(),
  );
  expect(await cli.json('account list --limit 1')).toEqual(all.slice(0, 1));
  const { output } = await cli.say('account list');
  expect(output).toMatch(/ada@example\.com +pro +1,000\.5 +0 +0/);
});
