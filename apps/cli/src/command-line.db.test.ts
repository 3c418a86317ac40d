import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startCommandLine, type TestCommandLine } from './command-line.harness.js';

let cli: TestCommandLine;

beforeAll(async () => {
  cli = await startCommandLine();
  await cli.json('account create --email ada@example.com --credits 10');
});
afterAll(() => cli.drop());

describe('ledger proof', () => {
  it('counts the books and ends with 0 while they add up', async () => {
    expect(await cli.json('ledger proof')).toEqual({
      accounts: 1,
      grants: 1,
      entries: 1,
      holds: 0,
      differences: [],
    });
    expect((await cli.say('ledger proof')).output).toContain('The books add up');
  });

  it('says what does not add up and ends with 1', async () => {
    const client = new pg.Client({ connectionString: cli.url });
    await client.connect();
    await client.query('UPDATE credit_grants SET available = available - 1');
    const program = await cli.say('ledger proof --json');
    const person = await cli.say('ledger proof');
    await client.query('UPDATE credit_grants SET available = available + 1');
    await client.end();
    expect(program.exitCode).toBe(1);
    expect(JSON.parse(program.output).differences.length).toBeGreaterThan(0);
    expect(person).toMatchObject({ exitCode: 1, output: expect.stringContaining('do not add up') });
  });
});

describe('a command that cannot do its work says so in one line, without a stack', () => {
  const oneLine = /^[^\n]+\n$/;

  it('when npm start is not running', async () => {
    const environment = { DATA_DIR: mkdtempSync(join(tmpdir(), 'llm-cli-')) };
    const ran = await cli.run(['account', 'list'], { environment });
    expect(ran).toMatchObject({
      exitCode: 1,
      output: '',
      errors: expect.stringContaining('npm start is not running'),
    });
    expect(ran.errors).toMatch(oneLine);
  });

  it.each([
    ['no server', 'postgres://a:b@127.0.0.1:1/c', 'The database cannot be used'],
    ['an address that is none', 'http://127.0.0.1', 'DATABASE_URL must be'],
  ])('with %s behind DATABASE_URL', async (_, url, words) => {
    const ran = await cli.run(['account', 'list'], { environment: { DATABASE_URL: url } });
    expect(ran).toMatchObject({ exitCode: 1, output: '', errors: expect.stringContaining(words) });
    expect(ran.errors).toMatch(oneLine);
    expect(ran.errors).not.toContain('a:b');
  });

  it('with a database that was never migrated', async () => {
    const url = new URL(cli.url);
    url.pathname = '/postgres';
    const ran = await cli.run(['account', 'list'], { environment: { DATABASE_URL: url.href } });
    expect(ran).toMatchObject({ exitCode: 1, errors: expect.stringContaining('npm run migrate') });
  });

  it.each(['acount list', 'account lst', 'account show', 'ledger proof --jsn'])('for %s', async (line) => {
    const ran = await cli.say(line);
    expect(ran).toMatchObject({ exitCode: 1, output: '' });
    expect(ran.errors).toMatch(oneLine);
  });
});

it('--help tells of every command, succeeds, and needs no database', async () => {
  for (const line of ['--help', 'account --help', 'account create --help', 'model route --help']) {
    expect(await cli.run(line.split(' '), { environment: {} })).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('Usage: cli'),
      errors: '',
    });
  }
});

it('a group without a command shows its commands and fails; for a program, as JSON', async () => {
  expect(await cli.say('account')).toMatchObject({ exitCode: 1, errors: expect.stringContaining('create') });
  const ran = await cli.say('account --json');
  expect(JSON.parse(ran.errors)).toMatchObject({ error: { code: 'wrong_usage' } });
});
