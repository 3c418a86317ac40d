import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiHarness, bearer, type Holder } from './api.harness.js';

const MODEL = 'llama3.2:3b';
const HELLO = [{ role: 'user', content: 'hello' }];
const GOOD = { model: MODEL, messages: HELLO, max_tokens: 10 };
const PROGRAM_PATHS = [
  '/v1/chat/completions',
  '/v1/models',
  `/v1/models/${MODEL}`,
  '/v1/usage',
  '/api/billing/subscription',
];

let api: ApiHarness;
let holder: Holder;
beforeAll(async () => {
  api = await ApiHarness.start();
  holder = await api.open(10_000);
});
beforeEach(() => {
  api.sandbox.setScript('');
  api.sandbox.clearJournal();
});
afterAll(() => api.close());

describe('headers', () => {
  it('of an answer tell the request, its limits and its cost, and nothing of the upstream’s', async () => {
    const limited = await api.open(1_000, { planLimits: 'kept' });
    const { headers, status } = await api.chat(limited, GOOD);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'x-request-id': expect.stringMatching(/^req_[0-9a-f]{32}$/),
      'x-ratelimit-limit-requests': '10',
      'x-ratelimit-remaining-requests': '9',
      'x-ratelimit-reset-requests': expect.stringMatching(/^\d{1,2}s$/),
      'x-ratelimit-limit': '10',
      'x-ratelimit-remaining': '9',
      'x-credits-charged': expect.stringMatching(/^\d+(\.\d+)?$/),
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
      'access-control-expose-headers': '*',
    });
    const reset = Number(headers['x-ratelimit-reset']) - Date.now() / 1000;
    expect(reset).toBeGreaterThan(-2);
    expect(reset).toBeLessThan(62);
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
    expect(Object.keys(headers)).not.toEqual(
      expect.arrayContaining(['server', 'x-powered-by', 'set-cookie']),
    );
    expect((await api.chat(limited, { ...GOOD, stream: true })).headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'x-ratelimit-remaining-requests': '8',
    });
  });

  it('of a refusal by the minute tell the limit that was reached', async () => {
    const limited = await api.open(1_000, { planLimits: 'kept' });
    // One after the other, for as many may be in flight; the minute may end on the way, once.
    let answer = await api.chat(limited, GOOD);
    for (let sent = 1; sent < 22 && answer.status === 200; sent++) answer = await api.chat(limited, GOOD);
    expect([answer.status, answer.json.error.code]).toEqual([429, 'rate_limit_exceeded']);
    expect(answer.headers).toMatchObject({
      'x-ratelimit-limit-requests': '10',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-limit': '10',
      'x-ratelimit-remaining': '0',
      'access-control-expose-headers': '*',
    });
    expect(answer.headers['x-ratelimit-reset-requests']).toBe(`${answer.headers['retry-after']}s`);
  });

  it('of a request go no further than they must', async () => {
    const sent = {
      ...bearer(holder.key),
      cookie: 'a=b',
      'x-forwarded-for': '1.2.3.4',
      'x-sandbox': 'status=500',
      'user-agent': 'test',
      'x-request-id': 'mine',
    };
    const answer = await api.call({
      method: 'POST',
      path: '/v1/chat/completions',
      headers: sent,
      body: JSON.stringify(GOOD),
    });
    expect(answer.status).toBe(200);
    expect(answer.headers['x-request-id']).not.toBe('mine');
    const { host, connection, ...upstream } = api.sandbox.journal[0]!.headers;
    expect(Object.keys(upstream).sort()).toEqual([
      'accept',
      'accept-encoding',
      'content-length',
      'content-type',
    ]);
    expect(upstream['accept-encoding']).toBe('identity');
  });

  it.each(PROGRAM_PATHS)(
    'let a browser ask first, from anywhere and without credentials: %s',
    async (path) => {
      const preflight = {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,x-stainless-os',
      };
      const { status, headers, text } = await api.call({ method: 'OPTIONS', path, headers: preflight });
      expect([status, text]).toEqual([204, '']);
      expect(headers).toMatchObject({
        'access-control-allow-origin': '*',
        'access-control-allow-headers': 'authorization,x-stainless-os',
      });
      expect(headers['access-control-allow-methods']).toContain(path.includes('chat') ? 'POST' : 'GET');
      expect(headers).not.toHaveProperty('access-control-allow-credentials');
      // An error may be read from a page, too.
      expect((await api.call({ path })).headers).toMatchObject({
        'access-control-allow-origin': '*',
        'access-control-expose-headers': '*',
      });
    },
  );

  it.each(PROGRAM_PATHS)('name the methods there are when another is used: %s', async (path) => {
    const right = path.includes('chat') ? 'POST' : 'GET';
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((one) => one !== right)) {
      const answer = await api.call({ method, path, headers: bearer(holder.key) });
      expect([method, answer.status, answer.json?.error.code]).toEqual([method, 405, 'method_not_allowed']);
      expect(answer.headers.allow).toContain(right);
      expect(answer.headers['x-request-id']).toMatch(/^req_/);
    }
  });

  it('of HEAD are those of GET, without a body', async () => {
    for (const path of PROGRAM_PATHS.filter((one) => !one.includes('chat'))) {
      const [head, get] = await Promise.all(
        ['HEAD', 'GET'].map((method) => api.call({ method, path, headers: bearer(holder.key) })),
      );
      expect([path, head!.status, head!.text]).toEqual([path, 200, '']);
      expect(head!.headers['content-length']).toBe(get!.headers['content-length']);
    }
  });

  it('and body of an unknown path are JSON with 404', async () => {
    for (const path of [
      '/v1',
      '/v1/',
      '/v1/nope',
      '/v1/chat',
      '/v1/chat/completions/x',
      '/api',
      '/api/v2/models',
      '/api/billing',
      '/nope',
    ]) {
      for (const method of ['GET', 'POST', 'DELETE']) {
        const answer = await api.call({ method, path, headers: bearer(holder.key) });
        expect([path, method, answer.status, answer.json?.error.code]).toEqual([
          path,
          method,
          404,
          'not_found',
        ]);
        expect(answer.headers['x-request-id']).toMatch(/^req_/);
      }
    }
  });
});
