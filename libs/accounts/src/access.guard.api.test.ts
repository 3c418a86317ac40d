import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Controller, Get, type INestApplication, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Actor, createTestDatabase, DatabaseModule, Transactions } from '#database';
import { ErrorFilter, Key, Operator, Public, Session } from '#http';
import { CurrentKey } from './access.guard.js';
import { AccountsModule } from './accounts.module.js';
import { AccountsService } from './accounts.service.js';
import type { KeySnapshot } from './key-snapshot.js';
import { KeysService } from './keys.service.js';

@Controller()
class MarkedController {
  @Get('public')
  @Public()
  open() {
    return 'open';
  }

  @Get('inference')
  @Key('inference')
  inference(@CurrentKey() key: KeySnapshot) {
    return { keyId: key.keyId, suspended: key.suspended };
  }

  @Get('account')
  @Key('account:read')
  account(@CurrentKey() key: KeySnapshot) {
    return { keyId: key.keyId };
  }

  @Get('any')
  @Key('any')
  any(@CurrentKey() key: KeySnapshot) {
    return { keyId: key.keyId };
  }

  @Get('session')
  @Session()
  session() {
    return 'secret';
  }

  @Get('operator')
  @Operator()
  operator() {
    return 'secret';
  }

  @Get('unmarked')
  unmarked() {
    return 'secret';
  }

  @Post('unmarked')
  unmarkedPost() {
    return 'secret';
  }
}

const actor: Actor = { kind: 'system', id: 'test' };
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let app: INestApplication;
let url: string;
let key: string;
let wideKey: string;
let accountId: `acc_${string}`;

beforeAll(async () => {
  database = await createTestDatabase();

  @Module({
    imports: [
      DatabaseModule.forRoot({ settings: { url: database.url, poolSize: 4 }, entities: [] }),
      AccountsModule.forRoot({
        keyPrefix: 'sk_test_',
        authSecret: 'a secret for tests, long enough to be taken',
        publicUrl: 'http://localhost:3000',
      }),
    ],
    controllers: [MarkedController],
  })
  class TestModule {}

  app = await NestFactory.create(TestModule, { logger: false });
  app.useGlobalFilters(new ErrorFilter());
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  const [transactions, accounts, keys] = [
    app.get(Transactions),
    app.get(AccountsService),
    app.get(KeysService),
  ];
  await transactions.run(async (tx) => {
    ({ accountId } = await accounts.create(tx, actor, { email: 'guarded@example.com' }));
    ({ key } = await keys.create(tx, actor, { accountId }));
    ({ key: wideKey } = await keys.create(tx, actor, { accountId, scopes: ['inference', 'account:read'] }));
  });
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

async function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const answer = await fetch(url + path, { headers, method });
  const text = await answer.text();
  const body = text.startsWith('{') ? JSON.parse(text) : text;
  return { status: answer.status, code: body.error?.code, type: body.error?.type, body };
}
const bearer = (value: string) => ({ authorization: `Bearer ${value}` });

it('a public route asks for nothing and is not disturbed by a wrong key', async () => {
  expect(await get('/public')).toMatchObject({ status: 200, body: 'open' });
  expect(await get('/public', bearer('nonsense'))).toMatchObject({ status: 200 });
});

it('a route for keys hands the key to its handler, from either header', async () => {
  const first = await get('/inference', bearer(key));
  expect(first).toMatchObject({ status: 200, body: { suspended: false } });
  expect((await get('/inference', { 'x-api-key': key })).body).toEqual(first.body);
  expect((await get('/inference', { authorization: `bearer ${key}`, 'x-api-key': key })).body).toEqual(
    first.body,
  );
});

it.each([
  ['nothing', {}],
  ['an empty key', { authorization: 'Bearer ' }],
  ['another scheme', { authorization: 'Basic YTpi' }],
  ['a word', { authorization: 'Bearer hello' }],
  ['a cookie', { cookie: 'better-auth.session_token=x' }],
])('a route for keys refuses %s with 401 in the form SDKs read', async (_what, headers) => {
  expect(await get('/inference', headers as Record<string, string>)).toMatchObject({
    status: 401,
    code: 'invalid_api_key',
    type: 'authentication_error',
  });
});

it('two different credentials are refused, whichever is good', async () => {
  for (const headers of [
    { ...bearer(key), 'x-api-key': wideKey },
    { authorization: 'Basic YTpi', 'x-api-key': key },
  ]) {
    expect(await get('/inference', headers)).toMatchObject({ status: 400, code: 'conflicting_credentials' });
  }
});

it('a scope the key lacks is a 403 that names it; `any` asks for none', async () => {
  expect(await get('/account', bearer(key))).toMatchObject({
    status: 403,
    code: 'scope_missing',
    body: { error: { message: expect.stringContaining('account:read') } },
  });
  expect(await get('/account', bearer(wideKey))).toMatchObject({ status: 200 });
  expect(await get('/any', bearer(key))).toMatchObject({ status: 200 });
});

it('a route for signed-in people is closed to keys, and one for operators is not there', async () => {
  expect(await get('/session', bearer(wideKey))).toMatchObject({ status: 401, code: 'not_signed_in' });
  expect(await get('/operator', bearer(wideKey))).toMatchObject({ status: 404, code: 'not_found' });
});

it('a route nobody marked is refused to everybody, with any method', async () => {
  expect(await get('/unmarked', bearer(wideKey))).toMatchObject({ status: 404, code: 'not_found' });
  expect(await get('/unmarked', bearer(wideKey), 'POST')).toMatchObject({ status: 404, code: 'not_found' });
});

it('a prefix that keys could not be checked with stops the start', () => {
  expect(() => AccountsModule.forRoot({ keyPrefix: 'schlüssel ', authSecret: '', publicUrl: '' })).toThrow(
    /KEY_PREFIX/,
  );
});
