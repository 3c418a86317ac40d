import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AccountsService } from '#accounts';
import { CompletionsEndpoint } from '#completions';
import { asDomainError, sendError } from '#http';
import { AppModule } from '../src/app.module.js';
import { ApiHarness, type Holder } from './api.harness.js';
import { call } from './http-call.js';

let harness: ApiHarness;
let app: INestApplicationContext;
let server: Server;
let holder: Holder;

/** The playground's request path behind a door that lets in `holder`: who may pass it is the guard's test. */
beforeAll(async () => {
  harness = await ApiHarness.start();
  app = await NestFactory.createApplicationContext(AppModule.forRoot(harness.config), { logger: ['error'] });
  const [accounts, completions] = [app.get(AccountsService), app.get(CompletionsEndpoint)];
  server = createServer((request, response) => {
    accounts
      .caller(holder.accountUuid)
      .then((caller) => completions.serveFor(caller, 'chat', request, response))
      .catch((error: unknown) => sendError(response, asDomainError(error)));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await app.close();
  await harness.close();
});

const ask = (more: object = {}) =>
  call(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    method: 'POST',
    path: '/api/dashboard/playground/chat/completions',
    headers: {},
    body: JSON.stringify({
      model: 'llama3.2:3b',
      messages: [{ role: 'user', content: 'Say hello.' }],
      max_tokens: 40,
      ...more,
    }),
  });

it('an answer of the playground is metered, charged to the account, and recorded without a key', async () => {
  holder = await harness.open(1_000);
  const answer = await ask();
  expect(answer.status).toBe(200);
  expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  const { usage } = answer.json;
  const [record] = await harness.usage(holder);
  expect(record).toMatchObject({ outcome: 'completed', charge: usage.credits });
  const { rows } = await harness.pool.query('SELECT key_id FROM usage_records WHERE account_id = $1', [
    holder.accountUuid,
  ]);
  expect(rows).toEqual([{ key_id: null }]);
  expect((await harness.settledBooks(holder)).available).toBe(1_000 - usage.credits);
});

it('a streamed answer says its credits in its last chunk of usage', async () => {
  holder = await harness.open(1_000);
  const answer = await ask({ stream: true, stream_options: { include_usage: true } });
  expect(answer.headers['content-type']).toContain('text/event-stream');
  const events = answer.text.split('\n\n');
  const usage = events.findLast((event) => event.includes('"usage":{'));
  const { credits } = JSON.parse(usage!.slice('data: '.length)).usage;
  expect(credits).toBeGreaterThan(0);
  expect((await harness.usage(holder))[0]).toMatchObject({ charge: credits });
  expect(await harness.differences()).toEqual([]);
});

it("the account's limits and its suspension hold in the playground too", async () => {
  holder = await harness.open(0);
  expect((await ask()).status).toBe(402);
  holder = await harness.open(1_000);
  await harness.setLimits(holder, { requestsPerMinute: 1 });
  const statuses = [(await ask()).status, (await ask()).status, (await ask()).status];
  // A minute may end between them.
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(1);
  await harness.suspend(holder);
  const refused = await ask();
  expect([refused.status, refused.json.error.code]).toEqual([403, 'account_suspended']);
});
