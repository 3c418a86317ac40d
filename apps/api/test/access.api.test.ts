import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../src/app.module.js';
import { METERED_PATHS } from '../src/front-door.js';
import { ApiHarness, bearer, type Holder, requestIdOf } from './api.harness.js';
import type { Answer } from './http-call.js';
import { PATH_VARIANTS } from './path-variants.js';
import { ROWS } from './route-rows.js';

const CHAT = JSON.stringify({
  model: 'llama3.2:3b',
  messages: [{ role: 'user', content: 'hello' }],
  max_tokens: 10,
});
const COMPLETION = JSON.stringify({ model: 'llama3.2:3b', prompt: 'hello', max_tokens: 10 });
const EMBEDDING = JSON.stringify({ model: 'bge-m3', input: 'hello' });
const MISSING = 'req_0197f0c2000070008000000000000000';

let api: ApiHarness;
let owner: Holder;
let stranger: Holder;
let own: string;
/** Of a stranger, so that "foreign" and "missing" can be told apart by whoever could. */
let foreign: string;

beforeAll(async () => {
  api = await ApiHarness.start();
  [owner, stranger] = await Promise.all([api.open(1_000), api.open(2_000)]);
  own = requestIdOf(await api.chat(owner, CHAT));
  foreign = requestIdOf(await api.chat(stranger, CHAT));
});
afterAll(() => api.close());

function methodOf(route: string): string {
  return route.split(' ')[0]!;
}

function bodyOf(route: string): string {
  if (route.endsWith('/embeddings')) return EMBEDDING;
  return route.endsWith('/chat/completions') ? CHAT : COMPLETION;
}

/** A route, or a path like its own, called with these headers. */
function visit(
  route: string,
  headers: Record<string, string>,
  path = ROWS[route]!.path({ own }),
): Promise<Answer> {
  const method = methodOf(route);
  return api.call({ method, path, headers, ...(method === 'POST' && { body: bodyOf(route) }) });
}

function expectRefused(answer: Answer, status: number, code: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(answer.json).toEqual({
    error: { message: expect.any(String), type: expect.any(String), param: null, code },
  });
}

/** An error answer without what differs from one request to the next. */
function comparable({ status, headers, text }: Answer, id: string): unknown {
  const { date, 'x-request-id': requestId, 'content-length': length, ...rest } = headers;
  return { status, rest, text: text.replaceAll(id, 'ID') };
}

const keyRoutes = Object.keys(ROWS).filter((route) => ROWS[route]!.who === 'key');
const publicRoutes = Object.keys(ROWS).filter((route) => ROWS[route]!.who === 'public');
const ownedRoutes = keyRoutes.filter((route) => ROWS[route]!.of);

it('every route of the running app has its row here', async () => {
  const app = await NestFactory.create(AppModule.forRoot(api.config), { bodyParser: false, logger: false });
  await app.init();
  const { stack } = app.getHttpAdapter().getInstance().router;
  const routes = stack
    .filter((layer: { route?: unknown }) => layer.route)
    .flatMap(({ route }: { route: { path: string; methods: object } }) =>
      Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`),
    );
  await app.close();
  const all = [...routes, ...[...METERED_PATHS.keys()].map((path) => `POST ${path}`)];
  expect(all.sort()).toEqual(Object.keys(ROWS).sort());
});

describe('a route for keys', () => {
  it.each(keyRoutes)('answers its holder, from either header: %s', async (route) => {
    expect((await visit(route, bearer(owner.key))).status).toBe(200);
    expect((await visit(route, { 'x-api-key': owner.key })).status).toBe(200);
    expect((await visit(route, { authorization: `bearer   ${owner.key} ` })).status).toBe(200);
  });

  it.each(keyRoutes)('tells nobody else anything: %s', async (route) => {
    const [revoked, expired, unknown] = await Promise.all([
      api.addKey(owner),
      api.addKey(owner),
      api.addKey(owner),
    ]);
    await api.revokeKey(revoked.keyId);
    await api.pool.query(
      `UPDATE keys SET created_at = app_now() - interval '2 days', expires_at = app_now() - interval '1 day'
       WHERE account_id = $1 AND display LIKE '%' || right($2, 4)`,
      [owner.accountUuid, expired.key],
    );
    await api.pool.query(`DELETE FROM keys WHERE account_id = $1 AND display LIKE '%' || right($2, 4)`, [
      owner.accountUuid,
      unknown.key,
    ]);
    const last = owner.key.endsWith('a') ? 'b' : 'a';
    const credentials: Record<string, Record<string, string>> = {
      none: {},
      empty: bearer(''),
      'of another scheme': { authorization: `Basic ${Buffer.from(`key:${owner.key}`).toString('base64')}` },
      'bare, without a scheme': { authorization: owner.key },
      'with a wrong checksum': bearer(owner.key.slice(0, -1) + last),
      'cut short': bearer(owner.key.slice(0, -1)),
      'in lower case': bearer(owner.key.toLowerCase()),
      'twice in one': bearer(`${owner.key}, ${owner.key}`),
      'very long': bearer(`sk_llmr_${'a'.repeat(8_000)}`),
      'unknown, with a right checksum': bearer(unknown.key),
      revoked: bearer(revoked.key),
      expired: bearer(expired.key),
      'in a cookie': {
        cookie: `key=${owner.key}; session=${owner.key}; better-auth.session_token=${owner.key}`,
      },
    };
    for (const [name, headers] of Object.entries(credentials)) {
      const answer = await visit(route, headers);
      expect([name, answer.status]).toEqual([name, 401]);
      expectRefused(answer, 401, 'invalid_api_key');
      expect(answer.text).not.toContain(owner.key);
    }
    const path = `${ROWS[route]!.path({ own })}?key=${owner.key}&api_key=${owner.key}&access_token=${owner.key}`;
    expectRefused(await visit(route, {}, path), 401, 'invalid_api_key');
    const both = { ...bearer(owner.key), 'x-api-key': stranger.key };
    expectRefused(await visit(route, both), 400, 'conflicting_credentials');
  });

  it.each(ownedRoutes)('answers foreign, missing and malformed ids alike: %s', async (route) => {
    const at = (id: string) => ROWS[route]!.path({ own: id });
    const wanted = comparable(await visit(route, bearer(owner.key), at(MISSING)), MISSING);
    expect(wanted).toMatchObject({ status: 404 });
    for (const id of [
      foreign,
      'req_',
      'nonsense',
      own.toUpperCase(),
      own.replace('req_', 'grt_'),
      `${own}%00`,
      `${own}'--`,
    ]) {
      expect([id, comparable(await visit(route, bearer(owner.key), at(id)), id)]).toEqual([id, wanted]);
    }
    expect(comparable(await visit(route, bearer(stranger.key), at(own)), own)).toEqual(wanted);
    // Of the same account, a key sees its own requests unless it may read the whole account's.
    const [narrow, wide] = [await api.addKey(owner), await api.addKey(owner, { scopes: ['account:read'] })];
    expect(comparable(await visit(route, bearer(narrow.key), at(own)), own)).toEqual(wanted);
    expect((await visit(route, bearer(wide.key), at(own))).json.id).toBe(own);
    expect(comparable(await visit(route, bearer(wide.key), at(foreign)), foreign)).toEqual(wanted);
  });

  it('shows each key its own usage, and the account’s only with the scope for it', async () => {
    const [narrow, wide] = [await api.addKey(owner), await api.addKey(owner, { scopes: ['account:read'] })];
    const requests = async (holder: Holder) =>
      (await visit('GET /v1/usage', bearer(holder.key))).json.total.requests;
    const mine = await requests(owner);
    expect(mine).toBeGreaterThan(0);
    expect(await requests(narrow)).toBe(0);
    expect(await requests(await api.open(0))).toBe(0);
    expect(await requests(wide)).toBe((await api.usage(owner)).length);
  });

  it('charges the holder of the key, whoever the body names', async () => {
    const before = await api.settledBooks(stranger);
    const named = {
      user: stranger.accountId,
      account_id: stranger.accountId,
      key: stranger.key,
      metadata: { account: stranger.accountId },
    };
    const { status } = await api.chat(owner, { ...JSON.parse(CHAT), ...named });
    expect(status).toBe(200);
    expect(await api.settledBooks(stranger)).toEqual(before);
  });
});

describe('another spelling of a path', () => {
  it.each(Object.keys(ROWS))('opens nothing: %s', async (route) => {
    const row = ROWS[route]!;
    const truth = await visit(route, bearer(stranger.key));
    for (const [name, spell] of Object.entries(PATH_VARIANTS)) {
      const path = spell(row.path({ own }));
      const bare = await visit(route, {}, path);
      const told = await visit(route, bearer(stranger.key), path);
      const allowed = row.who === 'public' ? [200, 404] : [400, 401, 404, 405];
      expect([name, allowed.includes(bare.status)]).toEqual([name, true]);
      expect([name, bare.headers['content-type']]).toEqual([name, 'application/json; charset=utf-8']);
      if (name.startsWith('upper case')) expect([name, bare.status, told.status]).toEqual([name, 404, 404]);
      // With a key it is the very same place, or none.
      expect([name, [truth.status, 400, 404, 405].includes(told.status)]).toEqual([name, true]);
      if (row.of) expect([name, told.status]).not.toEqual([name, 200]);
      else if (told.status === 200 && methodOf(route) === 'GET' && !/[xy]=1/.test(path)) {
        expect([name, Object.keys(told.json)]).toEqual([name, Object.keys(truth.json)]);
        if (told.json.credits !== undefined)
          expect(told.json.credits).toBe((await api.settledBooks(stranger)).available);
      }
    }
  });

  it('with a slash at the end is the same place, in either case of prefix', async () => {
    for (const route of Object.keys(ROWS)) {
      const path = `${ROWS[route]!.path({ own })}/`;
      const { who } = ROWS[route]!;
      const expected = { session: 401, member: 401, operator: 404, link: 404, key: 200, public: 200 }[who];
      expect([route, (await visit(route, bearer(owner.key), path)).status]).toEqual([route, expected]);
    }
  });
});

it.each(publicRoutes)('a public route is not disturbed by credentials: %s', async (route) => {
  const plain = await visit(route, {});
  for (const headers of [bearer('nonsense'), bearer(owner.key), { cookie: 'a=b' }]) {
    const answer = await visit(route, headers);
    expect([answer.status, answer.text]).toEqual([200, plain.text]);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  }
});

it('what is for signed-in people is not there for keys', async () => {
  for (const path of [
    '/api/auth/session',
    '/api/operator/accounts',
    '/api/operator',
    '/api/dashboard/public',
  ]) {
    for (const headers of [{}, bearer(owner.key), { cookie: 'session=x' }] as Record<string, string>[]) {
      expectRefused(await api.call({ path, headers }), 404, 'not_found');
    }
  }
});
