import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { type Actor, ChangeFeed, createTestDatabase, DatabaseModule } from '#database';
import { ModelsModule, ModelsService } from '#models';
import { RoutesService } from './routes.service.js';
import { UpstreamSyncService } from './upstream-sync.service.js';
import { UpstreamsModule } from './upstreams.module.js';
import { UpstreamsService } from './upstreams.service.js';

const operator: Actor = { kind: 'command_line', id: 'root' };
const inBrowser: Actor = { kind: 'user', id: 'usr_x' };

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let app: INestApplicationContext;
let upstreams: UpstreamsService;
let sync: UpstreamSyncService;
const closing: (() => void)[] = [];

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  database = await createTestDatabase();
  @Module({
    imports: [
      DatabaseModule.forRoot({
        settings: { url: database.url, poolSize: 4 },
        entities: [...ModelsModule.entities, ...UpstreamsModule.entities],
      }),
      ModelsModule.forRoot({ ownedBy: 'test' }),
      UpstreamsModule.forRoot({
        settings: {
          secretsKey: 'ab'.repeat(32),
          connectSeconds: 1,
          firstByteSeconds: 1,
          idleSeconds: 1,
          allowedPrivateUpstreams: [],
        },
      }),
    ],
  })
  class TestModule {}
  app = await NestFactory.createApplicationContext(TestModule, { logger: false });
  upstreams = app.get(UpstreamsService);
  sync = app.get(UpstreamSyncService);
  await app.get(ModelsService).seed();
});
afterAll(async () => {
  for (const close of closing) close();
  await app.close();
  await database.drop();
});

it('an upstream is listed without its secret, which is nowhere in the database in the clear', async () => {
  await upstreams.add(operator, { name: 'gpu', baseUrl: 'http://10.0.0.5:8000/v1/', apiKey: ' sk-canary ' });
  const listed = await upstreams.list();
  expect(listed).toMatchObject([
    {
      name: 'gpu',
      baseUrl: 'http://10.0.0.5:8000/v1',
      hasSecret: true,
      trusted: true,
      outputLimitFields: 'both',
    },
  ]);
  expect(JSON.stringify(listed)).not.toContain('canary');
  const rows = await app
    .get(DataSource)
    .query('SELECT u::text AS row FROM upstreams u UNION ALL SELECT a::text FROM audit_log a');
  expect(JSON.stringify(rows)).not.toContain('canary');
  expect(JSON.stringify(rows)).not.toContain(Buffer.from('canary').toString('hex'));
});

it('the command line may add a private address, the console may not', async () => {
  await expect(
    upstreams.add(inBrowser, { name: 'inside', baseUrl: 'http://169.254.169.254/v1' }),
  ).rejects.toMatchObject({ code: 'invalid_value', detail: { param: 'baseUrl' } });
  expect((await upstreams.list()).map(({ name }) => name)).toEqual(['gpu']);
  expect(
    await upstreams.add(inBrowser, { name: 'outside', baseUrl: 'https://93.184.215.14/v1' }),
  ).toMatchObject({
    trusted: false,
    hasSecret: false,
  });
});

it('a name is taken once, and a key that no header can carry is refused without being repeated', async () => {
  await expect(
    upstreams.add(operator, { name: 'gpu', baseUrl: 'http://x.example/v1' }),
  ).rejects.toMatchObject({
    code: 'conflict',
  });
  const refused = upstreams.add(operator, {
    name: 'b',
    baseUrl: 'http://x.example',
    apiKey: 'canary\r\nx: y',
  });
  await expect(refused).rejects.toMatchObject({ code: 'invalid_value', detail: { param: 'apiKey' } });
  await expect(refused).rejects.not.toThrow(/canary/);
});

it('a route is replaced as a whole, in order, and taken away again', async () => {
  const model = 'llama3.2:3b';
  const heard = new Promise<void>((done) => app.get(ChangeFeed).on('routes', () => done()));
  await upstreams.setRoute(operator, {
    modelId: model,
    hops: [{ upstream: 'gpu', theirId: 'meta/llama' }, { upstream: 'outside' }],
  });
  expect(await upstreams.route(model)).toEqual([
    { upstream: 'gpu', theirId: 'meta/llama' },
    { upstream: 'outside', theirId: model },
  ]);
  await heard;
  const { targets } = await app.get(RoutesService).routeFor(model);
  expect(targets.map(({ name, authorization }) => [name, authorization])).toEqual([
    ['gpu', 'Bearer sk-canary'],
    ['outside', null],
  ]);
  await expect(
    upstreams.setRoute(operator, { modelId: model, hops: [{ upstream: 'nobody' }] }),
  ).rejects.toMatchObject({ code: 'not_found' });
  await expect(upstreams.setRoute(operator, { modelId: 'nothing', hops: [] })).rejects.toMatchObject({
    code: 'model_not_found',
  });
  await upstreams.setRoute(operator, { modelId: model, hops: [] });
  expect(await upstreams.route(model)).toEqual([]);
});

it('an upstream is asked with its own key, and what it has beside the catalog becomes drafts when asked for', async () => {
  const keys: unknown[] = [];
  const url = await listen((request, response) => {
    keys.push(request.headers.authorization);
    if (request.url === '/v1/models')
      response.end('{"data":[{"id":"llama3.2:3b"},{"id":"new/one"},{"id":"a b"}]}');
    else response.writeHead(404).end();
  });
  await upstreams.add(operator, { name: 'local', baseUrl: `${url}/v1`, apiKey: 'k' });
  expect(await sync.test('local')).toMatchObject({
    status: 200,
    modelIds: ['llama3.2:3b', 'new/one', 'a b'],
  });
  expect(await sync.offers('local')).toEqual([
    { theirId: 'llama3.2:3b', inCatalog: true, usable: true },
    { theirId: 'new/one', inCatalog: false, usable: true },
    { theirId: 'a b', inCatalog: false, usable: false },
  ]);
  expect(new Set(keys)).toEqual(new Set(['Bearer k']));
  await sync.draft(operator, { upstream: 'local', theirIds: ['new/one'] });
  expect(await app.get(ModelsService).show('new/one')).toMatchObject({
    state: 'draft',
    tier: 'standard-mid',
  });
  expect(await upstreams.route('new/one')).toEqual([{ upstream: 'local', theirId: 'new/one' }]);
});

it('an old Ollama is asked for its tags, and a server without models says what went wrong', async () => {
  const old = await listen((request, response) => {
    if (request.url === '/api/tags') response.end('{"models":[{"name":"qwen3:8b"}]}');
    else response.writeHead(404).end();
  });
  await upstreams.add(operator, { name: 'old', baseUrl: `${old}/v1` });
  expect((await sync.test('old')).modelIds).toEqual(['qwen3:8b']);
  const page = await listen((_request, response) => response.end('<html>'));
  await upstreams.add(operator, { name: 'page', baseUrl: page });
  expect(await sync.test('page')).toMatchObject({ status: 200, problem: 'no list of models' });
  await upstreams.add(operator, { name: 'gone', baseUrl: 'http://127.0.0.1:1/v1' });
  expect(await sync.test('gone')).toMatchObject({ status: null });
  await expect(sync.offers('gone')).rejects.toMatchObject({ code: 'upstream_failed' });
});
