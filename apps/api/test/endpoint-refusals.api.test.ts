import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiHarness, bearer, type Holder } from './api.harness.js';
import { ENDPOINT_CASES } from './bad-input-endpoints.js';
import type { Answer } from './http-call.js';

const TEXT_MODEL = 'llama3.2:3b';
const VECTOR_MODEL = 'all-minilm:33m';
const CREDITS = 10_000;
const UNTOUCHED = { available: CREDITS, held: 0, openHolds: 0, inFlight: 0 };

let api: ApiHarness;
let holder: Holder;

beforeAll(async () => {
  api = await ApiHarness.start({ environment: { FIRST_BYTE_SECONDS: '1' } });
});
beforeEach(async () => {
  api.sandbox.setScript('');
  api.sandbox.clearJournal();
  holder = await api.open(CREDITS);
});
afterAll(() => api.close());

function post(path: string, body: object | string): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return api.call({ method: 'POST', path, headers: bearer(holder.key), body: text });
}

describe.each([
  ['/v1/completions', { model: TEXT_MODEL, prompt: 'hello' }],
  ['/v1/embeddings', { model: VECTOR_MODEL, input: 'hello' }],
])('%s', (path, body) => {
  it('answers under /api/v1 and with a slash behind it, to POST alone', async () => {
    for (const spelling of [path, `${path}/`, `/api${path}`, `/api${path}/`]) {
      expect([spelling, (await post(spelling, body)).status]).toEqual([spelling, 200]);
      expect((await api.call({ path: spelling, headers: bearer(holder.key) })).status).toBe(405);
    }
  });

  it('names the model that was asked for, whatever the upstream calls it', async () => {
    api.sandbox.setScript('model=echo-other');
    expect((await post(path, body)).json.model).toBe(body.model);
  });
});

const USELESS = ['status=500', 'status=401; leak', 'not-json', 'empty', 'reset', 'hang-headers'];
/** What the sandbox does only to what is generated. */
const BROKEN = ['bad-json=1', 'error-after=0', 'close-after=0', 'gzip'];

describe.each([
  ...[...USELESS, ...BROKEN].map((script) => ['/v1/completions', script] as const),
  ...USELESS.map((script) => ['/v1/embeddings', script] as const),
])('%s', (path, script) => {
  it(`costs nothing when the upstream answers nothing of use: ${script}`, async () => {
    api.sandbox.setScript(script);
    const asked =
      path === '/v1/embeddings' ? { model: VECTOR_MODEL, input: 'a' } : { model: TEXT_MODEL, prompt: 'a' };
    const { status, json } = await post(path, asked);
    const wanted = script === 'hang-headers' ? [504, 'upstream_timeout'] : [502, 'upstream_failed'];
    expect([status, json.error.code]).toEqual(wanted);
    expect(await api.settledBooks(holder)).toEqual(UNTOUCHED);
    expect(await api.usage(holder)).toMatchObject([{ charge: 0, usageSource: 'none' }]);
  });
});

describe('a bad request', () => {
  it(`is refused by its code and field, before anything is held (${ENDPOINT_CASES.length} of them)`, async () => {
    expect(new Set(ENDPOINT_CASES.map(({ name }) => name)).size).toBe(ENDPOINT_CASES.length);
    expect(ENDPOINT_CASES.length).toBeGreaterThanOrEqual(120);
    for (const { name, path, body, status, code, param } of ENDPOINT_CASES) {
      const answer = await post(path, body);
      const { error } = answer.json;
      expect([name, answer.status, error.code, error.param]).toEqual([name, status, code, param]);
    }
    expect(api.sandbox.journal).toHaveLength(0);
    expect(await api.books(holder)).toEqual(UNTOUCHED);
    expect(await api.usage(holder)).toEqual([]);
  });

  it('of a chat with an embedding model names the model', async () => {
    const answer = await api.chat(holder, {
      model: VECTOR_MODEL,
      messages: [{ role: 'user', content: 'hello' }],
    });
    expect(answer).toMatchObject({ status: 400, json: { error: { code: 'invalid_value', param: 'model' } } });
  });
});

it('leaves books that add up', async () => {
  expect(await api.differences()).toEqual([]);
});
