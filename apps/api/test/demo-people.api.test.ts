import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import { DemoPeopleService, ProvidedSignInsService } from '#accounts';
import { Transactions } from '#database';
import { AppModule } from '../src/app.module.js';
import { ApiHarness, bearer, ONE_CONNECTION } from './api.harness.js';
import type { Visitor } from './visitor.js';

const ACTOR = { kind: 'system', id: 'test' } as const;

let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.start({ environment: ONE_CONNECTION });
});
afterAll(() => api.close());

async function signIn(email: string, password: string): Promise<Visitor> {
  const visitor = api.visitor(email);
  const { status } = await visitor.post('/api/auth/sign-in/email', { email, password });
  expect(status).toBe(200);
  return visitor;
}

it('who was given a sign-in signs in with it; production starts once those of a first start have ended', async () => {
  const app = await NestFactory.createApplicationContext(AppModule.forRoot(api.config), {
    logger: ['error'],
  });
  const [signIns, demo] = [app.get(ProvidedSignInsService), app.get(DemoPeopleService)];
  const email = 'operator@example.com';
  const { password, userId } = await app.get(Transactions).run(async (tx) => {
    const made = await signIns.makeOperator(tx, ACTOR, { email });
    const hex = made.userId.slice(4);
    await demo.mark(tx, hex.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
    return made;
  });
  const operator = await signIn(email, password!);
  const me = (await operator.get('/api/dashboard/me')).json;
  expect(me.user).toMatchObject({ id: userId, isOperator: true, emailVerified: true });
  expect(me.active).toMatchObject({ kind: 'personal', role: 'owner' });
  expect((await operator.get('/api/dashboard/balance')).json.available).toBe(0);
  const { key } = (await operator.post('/api/dashboard/keys', { name: 'demo' })).json;

  await expect(api.add({ MODE: 'production' })).rejects.toThrow('end-demo');
  expect(await demo.end(ACTOR)).toBe(1);
  expect(await demo.end(ACTOR)).toBe(0);
  expect((await operator.get('/api/dashboard/me')).status).toBe(401);
  const again = await api.visitor().post('/api/auth/sign-in/email', { email, password });
  expect(again.status).toBe(401);
  const production = await api.add({ MODE: 'production' });
  const asked = await api.call({ path: '/v1/models', headers: bearer(key), number: production });
  expect(asked.status).toBe(401);
  await app.close();
});
