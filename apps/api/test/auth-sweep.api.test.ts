import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import { AUTH_PATHS, AUTH_PREFIX, SignIn } from '#accounts';
import { AppModule } from '../src/app.module.js';
import { ApiHarness, bearer, ONE_CONNECTION } from './api.harness.js';
import { AUTH_ROWS } from './auth-rows.js';
import { Cast } from './cast.js';
import { databaseState } from './database-state.js';
import type { Answer } from './http-call.js';
import { PATH_VARIANTS } from './path-variants.js';
import { Visitor } from './visitor.js';

const routes = Object.keys(AUTH_ROWS);
const posts = routes.filter((route) => route.startsWith('POST '));

let api: ApiHarness;
let cast: Cast;
/** Every path that the library would answer if it were asked. */
let libraryRoutes: string[];
beforeAll(async () => {
  api = await ApiHarness.start({ environment: ONE_CONNECTION });
  cast = await Cast.assemble(api);
  const app = await NestFactory.createApplicationContext(AppModule.forRoot(api.config), { logger: false });
  const auth = await app.get(SignIn).auth();
  libraryRoutes = Object.values(auth.api).flatMap(({ path, options }) =>
    [options.method].flat().map((method) => `${method} ${path}`),
  );
  await app.close();
});
afterAll(() => api.close());

function visit(
  visitor: Visitor,
  route: string,
  { headers = {}, path }: { headers?: Record<string, string>; path?: string } = {},
): Promise<Answer> {
  const [method = '', pattern = ''] = route.split(' ');
  const body = AUTH_ROWS[route]?.body;
  return visitor.send(method, `${AUTH_PREFIX}${path ?? pattern}`, { headers, ...(body ? { body } : {}) });
}

async function writingNothing(work: () => Promise<void>): Promise<void> {
  const before = await databaseState(api.pool);
  await work();
  expect(await databaseState(api.pool)).toEqual(before);
}

it('every open path of the sign-in library has its row here', () => {
  const open = [...AUTH_PATHS].map(([path, { method }]) => `${method} ${path}`);
  expect(open.sort()).toEqual(routes.toSorted());
});

it('what is not open of the library is not there, for nobody and for an operator', async () => {
  const closed = libraryRoutes.filter((route) => !routes.includes(route));
  expect(closed.length).toBeGreaterThan(40);
  await writingNothing(async () => {
    for (const route of [
      ...closed,
      ...posts.map((post) => post.replace('POST', 'GET')),
      'POST /get-session',
    ]) {
      for (const visitor of [api.visitor(), cast.operator, cast.members.o]) {
        const { status, json } = await visit(visitor, route.replace('*', 'POST'));
        expect([route, status, json?.error.code]).toEqual([route, 404, 'not_found']);
      }
    }
  });
});

describe.each(routes)('%s', (route) => {
  const { refusal } = AUTH_ROWS[route]!;

  it('tells nobody anything, whatever they send beside it', async () => {
    const { key } = cast.home;
    const forger = api.visitor();
    forger.cookies.set('better-auth.session_token', key);
    const answers: Answer[] = [];
    for (const [visitor, headers] of [
      [api.visitor(), {}],
      [api.visitor(), bearer(key)],
      [api.visitor(), { 'x-api-key': key }],
      [forger, {}],
    ] as const) {
      answers.push(await visit(visitor, route, { headers }));
    }
    for (const { status, json, text, headers } of answers) {
      expect(text).toBe(answers[0]!.text);
      if (refusal) expect(`${status} ${json.error.code}`).toMatch(refusal);
      else expect([200, 302]).toContain(status);
      expect(text).not.toMatch(/canary|home-/);
      expect(
        [headers['set-cookie'] ?? []].flat().filter((cookie) => /session_token=[^;]/.test(cookie)),
      ).toEqual([]);
    }
  });

  it('is not there by another spelling', async () => {
    const path = route.split(' ')[1]!;
    await writingNothing(async () => {
      for (const [name, spell] of Object.entries(PATH_VARIANTS)) {
        if (name === 'a query') continue;
        const spelled = spell(`${AUTH_PREFIX}${path}`);
        const { status } = await cast.members.o.send(route.split(' ')[0]!, spelled, {
          ...(AUTH_ROWS[route]!.body ? { body: AUTH_ROWS[route]!.body } : {}),
        });
        expect([name, status]).toEqual([name, 404]);
      }
    });
  });
});

it.each(posts)('another site cannot have it done, also under test settings: %s', async (route) => {
  expect(process.env.NODE_ENV).toBe('test');
  await writingNothing(async () => {
    for (const origin of ['https://evil.example', 'null', '', `${api.config.publicUrl}.evil.example`]) {
      for (const visitor of [cast.members.o, api.visitor()]) {
        const { status, json } = await visit(visitor, route, { headers: { origin } });
        expect([origin, status, json.error.code]).toEqual([origin, 403, 'forged_origin']);
      }
    }
  });
});

it('nobody ends a session that is not theirs', async () => {
  const { rows } = await api.pool.query('SELECT token FROM sessions WHERE user_id = $1', [
    cast.foreign.ownerUuid,
  ]);
  expect(rows).toHaveLength(1);
  await writingNothing(async () => {
    for (const visitor of [cast.members.o, cast.operator]) {
      const missing = await visitor.post('/api/auth/revoke-session', { token: 'x'.repeat(32) });
      const foreign = await visitor.post('/api/auth/revoke-session', { token: rows[0].token });
      expect([foreign.status, foreign.text]).toEqual([missing.status, missing.text]);
    }
  });
  expect((await cast.foreign.owner.get('/api/dashboard/me')).status).toBe(200);
});
