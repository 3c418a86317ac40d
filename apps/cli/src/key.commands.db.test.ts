import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startCommandLine, type TestCommandLine } from './command-line.harness.js';

let cli: TestCommandLine;

beforeAll(async () => {
  cli = await startCommandLine();
  await cli.json('account create --email ada@example.com --plan pro');
});
afterAll(() => cli.drop());

it('a key is made with its budget, scopes, models and end, shown once and listed without itself', async () => {
  const made = await cli.json(
    'key create ada@example.com --name ci --budget 100.5 --reset daily --scopes inference,account:read --models llama3.2:3b --expires 2999-06-01T12:00:00+02:00',
  );
  expect(made).toEqual({ keyId: expect.stringMatching(/^key_/), key: expect.stringMatching(/^sk_llmr_/) });
  const [listed] = await cli.json<Record<string, unknown>[]>('key list ada@example.com');
  expect(listed).toMatchObject({
    keyId: made.keyId,
    name: 'ci',
    budget: 100.5,
    reset: 'daily',
    scopes: ['inference', 'account:read'],
    models: ['llama3.2:3b'],
    expiresAt: '2999-06-01T10:00:00.000Z',
    revokedAt: null,
  });
  expect(JSON.stringify(listed)).not.toContain(made.key);
  expect((await cli.say('key list ada@example.com')).output).not.toContain(made.key);
});

it('a revoked key stays in the list, with the time; revoking twice is once', async () => {
  const { keyId } = await cli.json('key create ada@example.com');
  expect(await cli.json(`key revoke ${keyId}`)).toEqual({ keyId, revoked: true });
  const first = await cli.json<Record<string, unknown>[]>('key list ada@example.com');
  expect(first[0]).toMatchObject({ keyId, name: 'default', revokedAt: expect.any(String) });
  await cli.json(`key revoke ${keyId}`);
  expect(await cli.json('key list ada@example.com')).toEqual(first);
});

it.each([
  ['key create nobody@example.com', 'not_found'],
  ['key create', 'wrong_usage'],
  ['key create ada@example.com --models nothing-like-it', 'model_not_found'],
  ['key create ada@example.com --models ,', 'wrong_usage'],
  ['key create ada@example.com --scopes all', 'invalid_value'],
  ['key create ada@example.com --reset daily', 'invalid_value'],
  ['key create ada@example.com --budget 5 --reset weekly', 'invalid_value'],
  ['key create ada@example.com --budget 0', 'invalid_value'],
  ['key create ada@example.com --expires 2020-01-01', 'invalid_value'],
  ['key create ada@example.com --expires 1/2/2999', 'wrong_usage'],
  ['key revoke nonsense', 'invalid_value'],
  ['key revoke key_00000000000000000000000000000000', 'not_found'],
  ['key list', 'wrong_usage'],
])('%s is refused with %s, and no key is made', async (line, code) => {
  const before = await cli.json('key list ada@example.com');
  const ran = await cli.say(`${line} --json`);
  expect(ran).toMatchObject({ exitCode: 1, output: '' });
  expect(JSON.parse(ran.errors).error.code).toBe(code);
  expect(await cli.json('key list ada@example.com')).toEqual(before);
});
