import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { type Actor, ChangeFeed, createTestDatabase, DatabaseModule } from '#database';
import { ErrorFilter } from '#http';
import { ModelsModule } from './models.module.js';
import { ModelsService } from './models.service.js';

const actor: Actor = { kind: 'command_line', id: 'root' };
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let app: INestApplication;
let url: string;
let models: ModelsService;

beforeAll(async () => {
  database = await createTestDatabase();
  @Module({
    imports: [
      DatabaseModule.forRoot({
        settings: { url: database.url, poolSize: 4 },
        entities: ModelsModule.entities,
      }),
      ModelsModule.forRoot({ ownedBy: 'a-host' }),
    ],
  })
  class TestModule {}
  app = await NestFactory.create(TestModule, { bodyParser: false, logger: false });
  app.useGlobalFilters(new ErrorFilter());
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  models = app.get(ModelsService);
  await models.seed();
  for (const id of ['Qwen/Qwen3-8B', 'hidden:1b']) await models.add(actor, { id });
  await announced(() => models.enable(actor, 'Qwen/Qwen3-8B'));
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

/** Does something and waits until this process has heard of it. */
async function announced(act: () => Promise<unknown>): Promise<void> {
  const feed = app.get(ChangeFeed);
  const heard = new Promise<void>((done) => feed.on('catalog', () => done()));
  await act();
  await heard;
}
const json = async (path: string) => (await fetch(url + path)).json() as Promise<Record<string, unknown>>;

it('the list is what the OpenAI SDKs read, plus price and facts, and shows no draft', async () => {
  const list = (await json('/v1/models')) as { object: string; data: { id: string; created: number }[] };
  expect(list.object).toBe('list');
  expect(list.data).toHaveLength(60);
  expect(list.data.some(({ id }) => id === 'hidden:1b')).toBe(false);
  const llama = list.data.find(({ id }) => id === 'llama3.2:3b')!;
  expect(llama).toEqual({
    id: 'llama3.2:3b',
    object: 'model',
    created: expect.any(Number),
    owned_by: 'a-host',
    name: 'Llama 3.2 3B',
    category: 'chat',
    capabilities: ['tools', 'json'],
    context_window: 131072,
    max_output_tokens: null,
    tier: 'standard-lightweight',
    credit_multiplier: 0.5,
    shutdown_date: null,
    deprecation: null,
  });
  expect(Number.isInteger(llama.created)).toBe(true);
});

it.each([
  '/v1/models/llama3.2:3b',
  '/v1/models/llama3.2%3A3b',
  '/v1/models/llama3.2:3b/',
  '/api/v1/models/llama3.2:3b',
  '/api/v1/models/llama3.2:3b?x=1',
])('one model is found at %s', async (path) => {
  expect(await json(path)).toMatchObject({ id: 'llama3.2:3b', object: 'model' });
});

it.each(['/v1/models/Qwen/Qwen3-8B', '/v1/models/Qwen%2FQwen3-8B', '/api/v1/models/Qwen%2fQwen3-8B/'])(
  'an id with a slash is found at %s',
  async (path) => {
    expect(await json(path)).toMatchObject({ id: 'Qwen/Qwen3-8B' });
  },
);

it.each(['/v1/models', '/v1/models/', '/api/v1/models', '/api/v1/models/'])(
  'the list is at %s',
  async (path) => {
    expect(await json(path)).toMatchObject({ object: 'list' });
  },
);

it('HEAD answers like GET without the body', async () => {
  const get = await fetch(`${url}/v1/models`);
  const head = await fetch(`${url}/v1/models`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  expect(head.headers.get('content-length')).toBe(String((await get.arrayBuffer()).byteLength));
});

it.each(['/v1/models/nothing', '/v1/models/hidden:1b', '/v1/models/__proto__'])(
  '%s is no model',
  async (path) => {
    const answer = await fetch(url + path);
    expect([answer.status, answer.headers.get('x-should-retry')]).toEqual([404, 'false']);
    expect(await answer.json()).toMatchObject({
      error: { type: 'not_found_error', code: 'model_not_found', param: null },
    });
  },
);

it('a path that cannot be decoded is refused in the shape of every error', async () => {
  const answer = await fetch(`${url}/v1/models/%E0%A4%A`);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
});

it('visitors see the catalog without a key, and get it again only when it changed', async () => {
  const answer = await fetch(`${url}/api/dashboard/public/models`);
  expect(answer.headers.get('cache-control')).toBe('public, max-age=5');
  const body = (await answer.json()) as { data: { id: string }[]; tiers: unknown[] };
  expect(body.data).toHaveLength(60);
  expect(body.data.find(({ id }) => id === 'llama3.2:3b')).toEqual({
    id: 'llama3.2:3b',
    name: 'Llama 3.2 3B',
    family: 'Llama',
    vendor: 'Meta',
    category: 'chat',
    capabilities: ['tools', 'json'],
    parameters: '3B',
    contextWindow: 131072,
    maxOutputTokens: null,
    tier: 'standard-lightweight',
    multiplier: 0.5,
    shutdownDate: null,
    description: expect.any(String),
    bestFor: expect.any(String),
    license: 'Llama 3.2 Community License',
  });
  expect(body.tiers).toEqual([
    { id: 'standard-lightweight', multiplier: 0.5 },
    { id: 'frontier-embedding', multiplier: 1 },
    { id: 'standard-mid', multiplier: 1.5 },
    { id: 'frontier-mid', multiplier: 2.5 },
    { id: 'frontier-large', multiplier: 3.5 },
  ]);
  const again = await fetch(`${url}/api/dashboard/public/models`, {
    headers: { 'if-none-match': answer.headers.get('etag')!, 'cache-control': 'max-age=0' },
  });
  expect(again.status).toBe(304);
});

it('a lowered price is on the wire as soon as it is heard of', async () => {
  await announced(() =>
    models.setMultiplier(actor, { owner: { model: 'mistral:7b' }, multiplier: 0.125, reason: 'sale' }),
  );
  expect(await json('/v1/models/mistral:7b')).toMatchObject({ credit_multiplier: 0.125 });
});

it('the generated client knows the shape of the public catalog', () => {
  const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
  expect(Object.keys(document.paths)).toEqual(['/api/dashboard/public/models']);
  expect(Object.keys(document.components?.schemas ?? {}).toSorted()).toEqual([
    'ModelCategory',
    'PublicModelDto',
    'PublicModelsDto',
    'PublicTierDto',
  ]);
});
