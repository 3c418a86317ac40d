import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiHarness, bearer, type Holder } from './api.harness.js';
import type { BadInputCase } from './bad-input-case.js';
import { BAD_INPUT_CASES } from './bad-input-cases.js';
import type { Answer } from './http-call.js';

const MODEL = 'llama3.2:3b';
const HELLO = [{ role: 'user', content: 'hello' }];
const GOOD = { model: MODEL, messages: HELLO, max_tokens: 10 };

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

/** What is wrong with the answer to a bad request; undefined when nothing is. */
function faultOf(wanted: BadInputCase, answer: Answer): string | undefined {
  const { status, headers, json } = answer;
  const error = json?.error;
  if (status !== wanted.status) return `status ${status} ${answer.text.slice(0, 200)}`;
  if (headers['content-type'] !== 'application/json; charset=utf-8') return `type ${headers['content-type']}`;
  if (!/^req_[0-9a-f]{32}$/.test(String(headers['x-request-id']))) return `id ${headers['x-request-id']}`;
  if (
    Object.keys(error ?? {})
      .sort()
      .join() !== 'code,message,param,type'
  )
    return `shape ${answer.text.slice(0, 200)}`;
  if (typeof error.message !== 'string' || error.message === '') return 'no message';
  if (!/^[a-z_]+_error$/.test(error.type)) return `type ${error.type}`;
  if (wanted.code !== undefined && error.code !== wanted.code) return `code ${error.code}`;
  if (wanted.param !== undefined && error.param !== wanted.param) return `param ${error.param}`;
  return undefined;
}

describe('a bad request', () => {
  it('is told so in OpenAI’s form with the field at fault, reaches no upstream and holds nothing', async () => {
    const faults: string[] = [];
    for (const bad of BAD_INPUT_CASES) {
      const body = typeof bad.body === 'function' ? bad.body() : bad.body;
      const answer = await api.chat(holder, body).catch((error: Error) => error);
      const fault = answer instanceof Error ? answer.message : faultOf(bad, answer);
      if (fault) faults.push(`${bad.name}: ${fault}`);
    }
    expect(faults).toEqual([]);
    expect(api.sandbox.journal).toHaveLength(0);
    expect(await api.books(holder)).toEqual({ available: 10_000, held: 0, openHolds: 0, inFlight: 0 });
    expect(await api.usage(holder)).toEqual([]);
  });

  it('leaves the connection and the process good for the next', async () => {
    expect((await api.chat(holder, GOOD)).status).toBe(200);
  });

  it('with an encoded body is refused, not guessed at', async () => {
    const headers = { ...bearer(holder.key), 'content-encoding': 'gzip' };
    const answer = await api.call({
      method: 'POST',
      path: '/v1/chat/completions',
      headers,
      body: JSON.stringify(GOOD),
    });
    expect(answer).toMatchObject({ status: 400, json: { error: { code: 'unsupported_value' } } });
  });

  it('in a query is 400 or an answer, never a failure of ours', async () => {
    const queries = [
      'from=nonsense',
      'to=nonsense',
      'from=2026-02-31',
      'from=2026-11-22T00:30:00Z',
      'group_by=account',
      'group_by=__proto__',
      'from=-200000-01-01T00:00:00Z',
      'to=%2B275760-09-13T00:00:00Z',
      'to=9999-12-31&from=2026-01-01',
      'from=2026-01-02&to=2026-01-01',
      'from=a&from=b',
      'from[a]=b',
      'from=%00',
      'group_by=day',
      'group_by=key',
    ];
    for (const query of queries) {
      const { status } = await api.call({ path: `/v1/usage?${query}`, headers: bearer(holder.key) });
      expect([query, [200, 400].includes(status)]).toEqual([query, true]);
    }
  });
});

describe('of several faults', () => {
  const NOT_JSON = '{"model":';
  it('the first in this order is told: 401, 403, 404, 400, 429, 402', async () => {
    const poor = await api.open(0);
    const ask = async (who: Holder, body: object | string) => (await api.chat(who, body)).status;
    const both = { ...GOOD, model: 'no-such:1b', n: 99 };
    const limited = await api.addKey(poor, { allowedModels: ['mistral:7b'] });
    expect(await ask({ ...poor, key: 'sk_llmr_wrong' }, NOT_JSON)).toBe(401);
    expect(await ask(limited, both)).toBe(403);
    expect(await ask(poor, both)).toBe(404);
    expect(await ask(poor, { ...GOOD, n: 99 })).toBe(400);
    await api.setLimits(poor, { requestsPerMinute: 1, inFlightLimit: 1 });
    expect(await ask(poor, GOOD)).toBe(402);
    const suspended = await api.open(0);
    await api.suspend(suspended);
    expect(await ask(suspended, NOT_JSON)).toBe(403);
    expect(api.sandbox.journal).toHaveLength(0);
  });

  it('a spent rate limit comes before an empty account', async () => {
    const cost = (Math.ceil(JSON.stringify(GOOD).length / 2) + 8 + 10) / 2;
    const poor = await api.open(cost);
    await api.setLimits(poor, { requestsPerMinute: 1 });
    api.sandbox.setScript(`fixed=${cost * 2 - 10},10`);
    expect((await api.chat(poor, GOOD)).status).toBe(200);
    expect((await api.chat(poor, GOOD)).status).toBe(429);
  });
});

describe('a refusal', () => {
  it('for credits names what would help, and that a retry would not', async () => {
    const poor = await api.open(20);
    const answer = await api.chat(poor, {
      ...GOOD,
      messages: [{ role: 'user', content: 'word '.repeat(20) }],
      max_tokens: 5_000,
      n: 2,
    });
    expect(answer).toMatchObject({
      status: 402,
      json: { error: { type: 'insufficient_credits', code: 'insufficient_credits' } },
    });
    const { metadata } = answer.json.error;
    expect(metadata).toMatchObject({ available: 20, held: 0, remedy: 'lower_max_tokens' });
    expect(metadata.required).toBeGreaterThan(20);
    expect(answer.headers['x-should-retry']).toBe('false');
    expect(answer.headers['retry-after']).toBeUndefined();
    // What it says is affordable is.
    const again = {
      ...GOOD,
      messages: [{ role: 'user', content: 'word '.repeat(20) }],
      max_tokens: metadata.affordable_max_tokens,
      n: 2,
    };
    expect((await api.chat(poor, again)).status).toBe(200);
  });

  it('for credits held by others says wait, and lets SDKs retry', async () => {
    const busy = await api.open(100);
    api.sandbox.setScript('hang-headers');
    const first = api.openChat(busy, { ...GOOD, max_tokens: 150 });
    await api.sandbox.waitFor(() => true);
    const answer = await api.chat(busy, { ...GOOD, max_tokens: 128 });
    first.leave();
    expect(answer).toMatchObject({
      status: 402,
      json: { error: { code: 'held_by_requests_in_flight', metadata: { remedy: 'wait' } } },
    });
    expect(answer.headers['x-should-retry']).toBeUndefined();
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(await api.settledBooks(busy)).toMatchObject({ available: 100, held: 0 });
  });

  it('for the rate carries Retry-After and no more than a minute of it', async () => {
    const fast = await api.open(1_000);
    await api.setLimits(fast, { requestsPerMinute: 1 });
    await api.chat(fast, GOOD);
    const answer = await api.chat(fast, GOOD);
    expect(answer).toMatchObject({
      status: 429,
      json: { error: { type: 'rate_limit_error', code: 'rate_limit_exceeded' } },
    });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(60);
  });

  it('of a model says which there is not, and of an embedding model what it is for', async () => {
    const missing = await api.chat(holder, { ...GOOD, model: 'no-such:1b' });
    expect(missing).toMatchObject({
      status: 404,
      json: { error: { type: 'not_found_error', code: 'model_not_found', param: 'model' } },
    });
    expect(missing.headers['x-should-retry']).toBe('false');
    const embedding = await api.chat(holder, { ...GOOD, model: 'all-minilm' });
    expect(embedding).toMatchObject({ status: 400, json: { error: { param: 'model' } } });
    const images = [
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] },
    ];
    expect(await api.chat(holder, { ...GOOD, messages: images })).toMatchObject({
      status: 400,
      json: { error: { param: 'messages' } },
    });
  });

  it('after an upstream that may have run says not to retry', async () => {
    for (const [script, retry] of [
      ['status=500', 'false'],
      ['reset', 'false'],
      ['status=429', undefined],
    ] as const) {
      api.sandbox.setScript(script);
      expect([script, (await api.chat(holder, GOOD)).headers['x-should-retry']]).toEqual([script, retry]);
    }
  });
});
