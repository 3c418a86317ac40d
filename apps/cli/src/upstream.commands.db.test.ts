import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startCommandLine, type TestCommandLine } from './command-line.harness.js';

let cli: TestCommandLine;
let server: Server;
let address: string;
const calls: IncomingMessage['headers'][] = [];

beforeAll(async () => {
  cli = await startCommandLine();
  server = createServer((request, response) => {
    calls.push(request.headers);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: [{ id: 'llama3.2:3b' }, { id: 'brand-new' }, { id: 'also-new' }] }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await cli.drop();
});

it('an upstream is added with its key from standard input, and the key is never shown', async () => {
  const words = `upstream add mine --base-url ${address} --api-key-stdin --json`.split(' ');
  const ran = await cli.run(words, { input: 'upstream-secret\n' });
  expect(ran.exitCode).toBe(0);
  expect(JSON.parse(ran.output)).toMatchObject({ name: 'mine', baseUrl: address, hasSecret: true });
  const listed = await cli.say('upstream list --json');
  expect(JSON.parse(listed.output)).toHaveLength(1);
  expect(ran.output + listed.output).not.toContain('upstream-secret');
});

it('an upstream that knows one name of the output limit alone is told no other', async () => {
  const add = `upstream add strict --base-url ${address} --output-limit`;
  expect((await cli.say(`${add} max_words`)).exitCode).not.toBe(0);
  expect(await cli.json(`${add} max_completion_tokens`)).toMatchObject({
    outputLimitFields: 'max_completion_tokens',
  });
  expect(await cli.json('upstream list')).toEqual([
    expect.objectContaining({ name: 'mine', outputLimitFields: 'both' }),
    expect.objectContaining({ name: 'strict', outputLimitFields: 'max_completion_tokens' }),
  ]);
});

it('upstream test calls it with its key and says what it has; a dead one ends with 1', async () => {
  expect(await cli.json('upstream test mine')).toMatchObject({
    name: 'mine',
    ok: true,
    status: 200,
    models: ['llama3.2:3b', 'brand-new', 'also-new'],
  });
  expect(calls.at(-1)).toMatchObject({ authorization: 'Bearer upstream-secret' });
  await cli.json('upstream add dead --base-url http://127.0.0.1:1/v1');
  const ran = await cli.say('upstream test dead --json');
  expect(ran.exitCode).toBe(1);
  expect(JSON.parse(ran.output)).toMatchObject({ ok: false, status: null });
});

it('upstream sync adds nothing that was not asked for; --draft adds drafts with a route to it', async () => {
  expect(await cli.json('upstream sync mine')).toEqual([
    { theirId: 'llama3.2:3b', inCatalog: true, usable: true, drafted: false },
    { theirId: 'brand-new', inCatalog: false, usable: true, drafted: false },
    { theirId: 'also-new', inCatalog: false, usable: true, drafted: false },
  ]);
  expect((await cli.say('model show brand-new')).exitCode).toBe(1);
  await cli.json('upstream sync mine --draft brand-new');
  expect(await cli.json('model show brand-new')).toMatchObject({
    state: 'draft',
    route: [{ upstream: 'mine', theirId: 'brand-new' }],
  });
  await cli.json('upstream sync mine --draft all');
  expect(await cli.json('model show also-new')).toMatchObject({ state: 'draft' });
});

it('without SECRETS_KEY nothing is sealed or opened, and the rest works', async () => {
  const environment = { DATABASE_URL: cli.url };
  for (const line of [`add other --base-url ${address}`, 'test mine', 'sync mine']) {
    const ran = await cli.run(`upstream ${line}`.split(' '), { environment });
    expect(ran).toMatchObject({ exitCode: 1, errors: expect.stringContaining('SECRETS_KEY is needed') });
  }
  expect((await cli.run(['upstream', 'list'], { environment })).exitCode).toBe(0);
  expect((await cli.run('model route llama3.2:3b mine'.split(' '), { environment })).exitCode).toBe(0);
});

it.each([
  ['upstream add mine --base-url http://127.0.0.1:9/v1', 'conflict'],
  ['upstream add BAD --base-url http://127.0.0.1:9/v1', 'invalid_value'],
  ['upstream add x --base-url ftp://127.0.0.1', 'invalid_value'],
  ['upstream add x', 'wrong_usage'],
  ['upstream add x --base-url http://127.0.0.1:9/v1 --api-key-stdin', 'wrong_usage'],
  ['upstream test nowhere', 'not_found'],
  ['upstream sync dead', 'upstream_failed'],
  ['upstream sync mine --draft llama3.2:3b', 'not_found'],
])('%s is refused with %s', async (line, code) => {
  const ran = await cli.say(`${line} --json`);
  expect(ran).toMatchObject({ exitCode: 1, output: '' });
  expect(JSON.parse(ran.errors).error.code).toBe(code);
});
