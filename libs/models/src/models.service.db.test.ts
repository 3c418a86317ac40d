import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { type Actor, createTestDatabase, DatabaseModule } from '#database';
import { ModelsModule } from './models.module.js';
import { ModelsService } from './models.service.js';

const actor: Actor = { kind: 'command_line', id: 'root' };
const DAY_MS = 24 * 60 * 60 * 1000;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let app: INestApplicationContext;
let models: ModelsService;

beforeAll(async () => {
  database = await createTestDatabase();
  @Module({
    imports: [
      DatabaseModule.forRoot({
        settings: { url: database.url, poolSize: 4 },
        entities: ModelsModule.entities,
      }),
      ModelsModule.forRoot({ ownedBy: 'test' }),
    ],
  })
  class TestModule {}
  app = await NestFactory.createApplicationContext(TestModule, { logger: false });
  models = app.get(ModelsService);
  expect(await models.seed()).toBe(59);
  expect(await models.seed()).toBe(0);
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

it('a new model is a draft with sane facts, and active once enabled', async () => {
  expect(await models.add(actor, { id: 'acme/rocket:7b' })).toMatchObject({
    name: 'acme/rocket:7b',
    vendor: 'acme',
    category: 'chat',
    capabilities: [],
    contextWindow: 8192,
    tier: 'standard-mid',
    state: 'draft',
    imageTokenAllowance: 2048,
  });
  expect(await models.enable(actor, 'acme/rocket:7b')).toMatchObject({ state: 'active' });
  expect(await models.add(actor, { id: 'embed', category: 'embedding' })).toMatchObject({
    tier: 'frontier-embedding',
    capabilities: ['embedding'],
  });
});

it.each([
  [{ id: '' }, 'id'],
  [{ id: ' x' }, 'id'],
  [{ id: 'a b' }, 'id'],
  [{ id: '-x' }, 'id'],
  [{ id: 'x'.repeat(129) }, 'id'],
  [{ id: 'ok', tier: 'free' }, 'tier'],
  [{ id: 'ok', category: 'poetry' }, 'category'],
  [{ id: 'ok', capabilities: ['flying'] }, 'capabilities'],
  [{ id: 'ok', contextWindow: 0 }, 'contextWindow'],
  [{ id: 'ok', maxOutputTokens: 1.5 }, 'maxOutputTokens'],
])('the model %j is refused by the name of its field', async (input, param) => {
  await expect(models.add(actor, input)).rejects.toMatchObject({ code: 'invalid_value', detail: { param } });
});

it('an id is taken once, and an unknown one is said to be', async () => {
  await expect(models.add(actor, { id: 'llama3.2:3b' })).rejects.toMatchObject({ code: 'conflict' });
  await expect(models.show('nothing')).rejects.toMatchObject({ code: 'model_not_found' });
  await expect(models.enable(actor, 'nothing')).rejects.toMatchObject({ code: 'model_not_found' });
});

it('a disabled model keeps its state and its reason until it is enabled', async () => {
  await models.disable(actor, { id: 'phi3.5:3.8b', reason: ' the GPU burns ' });
  expect(await models.show('phi3.5:3.8b')).toMatchObject({
    state: 'active',
    disabledReason: 'the GPU burns',
  });
  await expect(models.disable(actor, { id: 'phi3.5:3.8b', reason: ' ' })).rejects.toMatchObject({
    code: 'missing_field',
  });
  expect(await models.enable(actor, 'phi3.5:3.8b')).toMatchObject({ state: 'active', disabledReason: null });
});

it('raising is refused with the earliest date, and that date is taken', async () => {
  const raise = { owner: { model: 'llama3.1:8b' }, multiplier: '0.75', reason: 'electricity' };
  const refusal = await models.setMultiplier(actor, raise).catch((error) => error);
  expect(refusal).toMatchObject({ code: 'invalid_value', detail: { param: 'effectiveAt' } });
  const earliest = new Date(refusal.detail.metadata.earliest);
  expect(refusal.publicMessage).toContain(earliest.toISOString().slice(0, 10));
  expect(earliest.getTime() - Date.now()).toBeGreaterThan(14 * DAY_MS);
  expect(await models.setMultiplier(actor, { ...raise, effectiveAt: earliest })).toMatchObject({
    multiplier: 0.75,
    effectiveAt: earliest,
    by: 'command_line:root',
  });
  await expect(models.setMultiplier(actor, { ...raise, effectiveAt: earliest })).rejects.toMatchObject({
    code: 'conflict',
  });
});

it('lowering takes effect at once; a tier is priced the same way', async () => {
  const lowered = await models.setMultiplier(actor, {
    owner: { tier: 'frontier-large' },
    multiplier: 3.25,
    reason: 'cheaper now',
  });
  expect(lowered.effectiveAt).toEqual(lowered.announcedAt);
  expect((await models.multipliers({ tier: 'frontier-large' })).map(({ multiplier }) => multiplier)).toEqual([
    3.25, 3.5,
  ]);
  await expect(
    models.setMultiplier(actor, { owner: { tier: 'none' }, multiplier: 1, reason: 'x' }),
  ).rejects.toMatchObject({ detail: { param: 'tier' } });
});

it.each(['1.2345', -1, 'NaN', 1e21, '1e3', ''])('%j is no multiplier', async (multiplier) => {
  await expect(
    models.setMultiplier(actor, { owner: { model: 'llama3.2:3b' }, multiplier, reason: 'x' }),
  ).rejects.toMatchObject({ code: 'invalid_value', detail: { param: 'multiplier' } });
});

it('every act is in the audit log: who, what, why', async () => {
  const lines = await app
    .get(DataSource)
    .query(
      "SELECT actor_kind, actor_id, action, subject, reason FROM audit_log WHERE action IN ('model.disabled', 'multiplier.set') ORDER BY id",
    );
  expect(lines).toEqual([
    {
      actor_kind: 'command_line',
      actor_id: 'root',
      action: 'model.disabled',
      subject: 'phi3.5:3.8b',
      reason: 'the GPU burns',
    },
    {
      actor_kind: 'command_line',
      actor_id: 'root',
      action: 'multiplier.set',
      subject: 'llama3.1:8b',
      reason: 'electricity',
    },
    {
      actor_kind: 'command_line',
      actor_id: 'root',
      action: 'multiplier.set',
      subject: 'tier frontier-large',
      reason: 'cheaper now',
    },
  ]);
});
