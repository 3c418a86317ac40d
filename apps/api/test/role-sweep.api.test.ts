import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiHarness, bearer, ONE_CONNECTION } from './api.harness.js';
import { CANARY, Cast, type Company } from './cast.js';
import { databaseState } from './database-state.js';
import type { Answer } from './http-call.js';
import { PATH_VARIANTS } from './path-variants.js';
import { ROWS, type Row, type Thing } from './route-rows.js';
import { Visitor } from './visitor.js';

const MISSING: Record<Thing, string> = {
  request: 'req_0197f0c2000070008000000000000000',
  key: 'key_0197f0c2000070008000000000000000',
  invitation: 'inv_0197f0c2000070008000000000000000',
  mine: 'inv_0197f0c2000070008000000000000000',
  user: 'usr_0197f0c2000070008000000000000000',
  alert: 'alr_0197f0c2000070008000000000000000',
  account: 'acc_0197f0c2000070008000000000000000',
};
const routesFor = (...who: Row['who'][]) =>
  Object.keys(ROWS).filter((route) => who.includes(ROWS[route]!.who));
const peopleRoutes = routesFor('session', 'member', 'operator');
const ownedRoutes = peopleRoutes.filter((route) => ROWS[route]!.of);
const writeRoutes = peopleRoutes.filter((route) => !route.startsWith('GET '));

let api: ApiHarness;
let cast: Cast;
beforeAll(async () => {
  api = await ApiHarness.start({ environment: ONE_CONNECTION });
  cast = await Cast.assemble(api);
});
beforeEach(() => cast.takePlaces());
afterAll(() => api.close());

interface Visit {
  id?: string;
  spelled?: (path: string) => string;
  headers?: Record<string, string>;
}

/** A route called by somebody at a browser. */
function visit(visitor: Visitor, route: string, { id, spelled, headers = {} }: Visit = {}): Promise<Answer> {
  const row = ROWS[route]!;
  const own = id ?? (row.of ? MISSING[row.of] : '');
  const path = row.path({ own });
  const body = row.body?.({ own });
  return visitor.send(route.split(' ')[0]!, spelled ? spelled(path) : path, {
    headers,
    ...(body ? { body } : {}),
  });
}

/** Something new of the account, that this visitor may see, or that nobody of theirs may. */
function made(route: string, addressee: Visitor, company: Company): Promise<string> {
  return cast.make(ROWS[route]!.of!, { company, addressee });
}

/** An id of the foreign account's, or of an invitation to somebody of it. */
const foreignId = (route: string) => made(route, cast.foreign.owner, cast.foreign);

const allowed = (route: string): [string, Visitor][] =>
  Object.entries(cast.members).filter(([letter]) => ROWS[route]!.may?.includes(letter));

/** An answer without what differs from one request to the next. */
function comparable({ status, headers, text }: Answer, id: string): unknown {
  const { date, 'x-request-id': requestId, 'content-length': length, etag, ...rest } = headers;
  return { status, rest, text: text.replaceAll(id, 'ID') };
}

const codeOf = (answer: Answer) => `${answer.status} ${answer.json?.error?.code}`;

/** Whatever is done in it writes nothing. */
async function writingNothing(work: () => Promise<void>): Promise<void> {
  const before = await databaseState(api.pool);
  await work();
  expect(await databaseState(api.pool)).toEqual(before);
}

describe.each(peopleRoutes)('%s', (route) => {
  const { of, who } = ROWS[route]!;

  it('answers whoever may call it, and tells nothing of another account', async () => {
    const callers: [string, Visitor][] = who === 'operator' ? [['operator', cast.operator]] : allowed(route);
    expect(callers).not.toHaveLength(0);
    const mentioning = [cast.foreign.accountUuid, cast.foreign.ownerUuid];
    const before = await databaseState(api.pool, mentioning);
    for (const [name, visitor] of callers) {
      const id = of && (await made(route, visitor, cast.home));
      const answer = await visit(visitor, route, id === undefined ? {} : { id });
      expect([name, answer.status, answer.json?.error]).toEqual([name, ROWS[route]!.ok, answer.json?.error]);
      // An operator is there for every account.
      if (who !== 'operator') {
        expect(answer.text).not.toContain(CANARY);
        expect(answer.text).not.toContain(cast.foreign.requestId);
      }
      await cast.takePlaces();
    }
    expect(await databaseState(api.pool, mentioning)).toEqual(before);
  });

  it('refuses everybody else and writes nothing', async () => {
    const id = of && (await made(route, cast.members.o, cast.home));
    const visitOf = (visitor: Visitor, headers = {}) =>
      visit(visitor, route, { headers, ...(id === undefined ? {} : { id }) });
    const closed = who === 'operator' ? '404 not_found' : '401 not_signed_in';
    await writingNothing(async () => {
      const { key } = cast.home;
      for (const headers of [{}, bearer(key), { 'x-api-key': key }]) {
        expect(codeOf(await visitOf(api.visitor(), headers))).toBe(closed);
      }
      if (route.startsWith('GET ')) {
        const { status, text } = await api.visitor().send('HEAD', ROWS[route]!.path({ own: id ?? '' }));
        expect([status, text]).toEqual([Number.parseInt(closed, 10), '']);
      }
      const forger = api.visitor();
      for (const value of [key, `${key}.${key}`, 'undefined', '%00']) {
        forger.cookies.set('better-auth.session_token', value);
        expect(codeOf(await visitOf(forger))).toBe(closed);
      }
      for (const [letter, visitor] of Object.entries(cast.members)) {
        if (ROWS[route]!.may?.includes(letter)) continue;
        // An API key beside the session gives its holder no more rights.
        for (const headers of [{}, bearer(key)]) {
          const refusal = who === 'operator' ? '404 not_found' : '403 right_missing';
          expect([letter, codeOf(await visitOf(visitor, headers))]).toEqual([letter, refusal]);
        }
      }
    });
  });

  it('opens to nobody by another spelling of its path', async () => {
    const id = of && (await made(route, cast.members.o, cast.home));
    const refused = Object.entries(cast.members).find(([letter]) => !ROWS[route]!.may?.includes(letter))?.[1];
    await writingNothing(async () => {
      for (const [name, spelled] of Object.entries(PATH_VARIANTS)) {
        for (const visitor of [api.visitor(), ...(refused ? [refused] : [])]) {
          const { status, text } = await visit(visitor, route, { spelled, ...(id ? { id } : {}) });
          expect([name, [400, 401, 403, 404, 405].includes(status), text]).toEqual([name, true, text]);
        }
      }
    });
  });
});

describe.each(ownedRoutes)('%s', (route) => {
  const missing = MISSING[ROWS[route]!.of!];

  it('answers a foreign id, in every spelling, as one that is missing, and writes nothing', async () => {
    const id = await foreignId(route);
    await writingNothing(async () => {
      for (const [name, visitor] of [...allowed(route), ['operator', cast.operator] as const]) {
        const wanted = comparable(await visit(visitor, route, { id: missing }), missing);
        expect([name, wanted]).toMatchObject([name, { status: 404 }]);
        expect([name, comparable(await visit(visitor, route, { id }), id)]).toEqual([name, wanted]);
        for (const malformed of ['nonsense', id.toUpperCase(), `${id}%00`, `${id}'--`, id.replace('_', '')]) {
          const answer = await visit(visitor, route, { id: malformed });
          expect([malformed, answer.status]).toEqual([malformed, 404]);
        }
      }
      for (const [name, spelled] of Object.entries(PATH_VARIANTS)) {
        const answer = await visit(cast.members.o, route, { id, spelled });
        expect([name, [400, 404, 405].includes(answer.status)]).toEqual([name, true]);
        expect(answer.text).not.toContain(CANARY);
      }
    });
  });

  it('gives the foreign owner nothing of ours either', async () => {
    const id = await made(route, cast.members.o, cast.home);
    await writingNothing(async () => {
      const wanted = comparable(await visit(cast.foreign.owner, route, { id: missing }), missing);
      expect(comparable(await visit(cast.foreign.owner, route, { id }), id)).toEqual(wanted);
    });
  });
});

describe.each(writeRoutes)('%s', (route) => {
  it('is refused from another site, also under test settings, and writes nothing', async () => {
    expect(process.env.NODE_ENV).toBe('test');
    const isOperators = ROWS[route]!.who === 'operator';
    const visitor = isOperators ? cast.operator : cast.members.o;
    const refusal = isOperators ? '404 not_found' : '403 forged_origin';
    const id = ROWS[route]!.of && (await made(route, visitor, cast.home));
    const own = new URL(api.config.publicUrl);
    const forged: Record<string, string>[] = [
      'https://evil.example',
      'null',
      '',
      `${own.origin}.evil.example`,
      `${own.protocol}//evil.example:${own.port}`,
      `https://${own.host}`,
      `${own.protocol}//${own.hostname}:1`,
      `${own.origin}@evil.example`,
    ].map((origin) => ({ origin }));
    await writingNothing(async () => {
      for (const headers of [...forged, { origin: 'https://evil.example', referer: own.origin }]) {
        const answer = await visit(visitor, route, { headers, ...(id ? { id } : {}) });
        expect([headers, codeOf(answer)]).toEqual([headers, refusal]);
        expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      }
    });
  });
});

it.each(routesFor('key'))('a cookie opens nothing that is for keys: %s', async (route) => {
  const id = cast.home.requestId;
  const { status, json } = await visit(cast.members.o, route, { id });
  expect([status, json.error.code]).toEqual([401, 'invalid_api_key']);
});

it('a method without a row is nobody’s', async () => {
  const known = new Set(Object.keys(ROWS));
  const paths = new Set(peopleRoutes.map((route) => route.split(' ')[1]!));
  await writingNothing(async () => {
    for (const pattern of paths) {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND']) {
        if (known.has(`${method} ${pattern}`)) continue;
        const path = pattern.replace(/:\w+/, cast.home.requestId);
        const taken = known.has(`${method} ${path.replace(/\/[^/]+$/, '/:id')}`);
        const { status } = await cast.members.o.send(method, path, { body: {} });
        expect([method, path, taken || status === 404 || status === 405]).toEqual([method, path, true]);
      }
    }
  });
});
