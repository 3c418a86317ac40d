import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { toMilli } from '#common';
import { ApiHarness, type Holder } from './api.harness.js';
import type { Answer } from './http-call.js';

const MODEL = 'llama3.2:3b';
const MULTIPLIER = 0.5;
const HELLO = [{ role: 'user', content: 'hello' }];
const NOTHING = { held: 0, openHolds: 0, inFlight: 0 };

let api: ApiHarness;

/** The database's UTC minute: a rate limit holds within one. */
async function currentMinute(): Promise<number> {
  const { rows } = await api.pool.query('SELECT floor(extract(epoch FROM app_now()) / 60)::int AS minute');
  return rows[0].minute;
}

function promptEstimate(body: string): number {
  return Math.ceil(Buffer.byteLength(body) / 2) + 8;
}

/** What the upstream was sent, of the only request that reached it. */
function sentUp(): Record<string, number | string> {
  expect(api.sandbox.journal).toHaveLength(1);
  return JSON.parse(api.sandbox.journal[0]!.receivedBody);
}

async function heldFor(holder: Holder): Promise<number> {
  return (await api.usage(holder)).at(-1)!.held;
}

function tally(answers: Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, json } of answers) {
    const what = status === 200 ? 'served' : `${status} ${json.error.code}`;
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}

beforeAll(async () => {
  api = await ApiHarness.start({
    apis: 2,
    prepare: async (pool) => {
      await pool.query(
        `INSERT INTO tiers (id, position) VALUES ('without-price', 100), ('without-cost', 101)`,
      );
      await pool.query(
        `INSERT INTO multipliers (tier, multiplier_milli, effective_at, announced_at, created_by, reason)
         VALUES ('without-cost', 0, app_now(), app_now(), 'test', 'test')`,
      );
      await pool.query(
        `INSERT INTO models (id, name, family, vendor, category, capabilities, context_window, tier, state)
         SELECT id, id, 'test', 'test', 'chat', '{}', 8192, tier, 'active'
         FROM (VALUES ('unpriced:1b', 'without-price'), ('free:1b', 'without-cost')) AS m (id, tier)`,
      );
    },
  });
});
beforeEach(() => {
  api.sandbox.setScript('');
  api.sandbox.clearJournal();
});
afterAll(() => api.close());

describe('sixty-four first requests of a new key', () => {
  const body = JSON.stringify({ model: MODEL, messages: HELLO, max_tokens: 50 });
  const cost = (promptEstimate(body) + 50) * MULTIPLIER;
  const all = (holder: Holder) =>
    Promise.all(Array.from({ length: 64 }, (_, number) => api.chat(holder, body, number)));

  it('are served as often as the credits last, and not once more for a thousandth too few', async () => {
    api.sandbox.setScript(`fixed=${promptEstimate(body)},50`);
    const holder = await api.open(toMilli(cost * 4) - 1n);
    const counts = tally(await all(holder));
    // What is left after three is short of the estimate by a thousandth, and covers a counted prompt once more.
    expect(counts.served).toBe(4);
    expect(api.sandbox.journal).toHaveLength(4);
    expect(await api.settledBooks(holder)).toEqual({ available: 0, ...NOTHING });
    const usage = await api.usage(holder);
    expect(usage.map(({ shortfall }) => shortfall).sort()).toEqual([0, 0, 0, 0.001]);
  });

  it('are admitted as often as the rate limit says within one minute, over both APIs', async () => {
    let counts: Record<string, number>;
    let before: number;
    let after: number;
    do {
      const holder = await api.open(100_000);
      await api.setLimits(holder, { requestsPerMinute: 7 });
      before = await currentMinute();
      counts = tally(await all(holder));
      after = await currentMinute();
    } while (after !== before);
    expect(counts).toEqual({ served: 7, '429 rate_limit_exceeded': 57 });
  });

  it('are never more at one time than may be in flight, over both APIs', async () => {
    api.sandbox.setScript('first-byte-ms=1500');
    const holder = await api.open(100_000);
    await api.setLimits(holder, { inFlightLimit: 5 });
    expect(tally(await all(holder))).toEqual({ served: 5, '429 too_many_concurrent_requests': 59 });
    expect(await api.settledBooks(holder)).toMatchObject(NOTHING);
  });
});

describe('a price', () => {
  it('that is not known never lets a request reach an upstream', async () => {
    const holder = await api.open(100_000);
    const answer = await api.chat(holder, { model: 'unpriced:1b', messages: HELLO });
    expect(answer).toMatchObject({ status: 503, json: { error: { code: 'model_unavailable' } } });
    expect(answer.headers['retry-after']).toBeDefined();
    expect(api.sandbox.journal).toHaveLength(0);
    expect(await api.books(holder)).toEqual({ available: 100_000, ...NOTHING });
  });

  it('of zero serves an account with nothing, charges nothing and is recorded', async () => {
    const holder = await api.open(0);
    const answer = await api.chat(holder, { model: 'free:1b', messages: HELLO });
    expect(answer).toMatchObject({ status: 200, json: { usage: { credits: 0 } } });
    expect(await api.settledBooks(holder)).toEqual({ available: 0, ...NOTHING });
    expect(await api.usage(holder)).toMatchObject([{ charge: 0, usageSource: 'reported' }]);
  });
});

describe('the output limit', () => {
  it('that is missing is set to what the hold covers, a quarter of the balance but not under 1,024', async () => {
    for (const [credits, applied] of [
      [1_000, 1_024],
      [4_000, 2_000],
      [100_000, 4_096],
    ] as const) {
      api.sandbox.clearJournal();
      const holder = await api.open(credits);
      const body = JSON.stringify({ model: MODEL, messages: HELLO });
      const answer = await api.chat(holder, body);
      expect(answer.status).toBe(200);
      expect(sentUp().max_tokens).toBe(applied);
      expect(answer.headers['x-max-tokens-applied']).toBe(applied < 4_096 ? String(applied) : undefined);
      expect(await heldFor(holder)).toBe((promptEstimate(body) + applied) * MULTIPLIER);
    }
  });

  it('that is null counts as missing', async () => {
    const holder = await api.open(100_000);
    expect((await api.chat(holder, { model: MODEL, messages: HELLO, max_tokens: null })).status).toBe(200);
    expect(sentUp().max_tokens).toBe(4_096);
  });

  it.each([0, -1, 1.5, '100', true, [], {}])('of %j is refused before anything is held', async (value) => {
    const holder = await api.open(100);
    for (const name of ['max_tokens', 'max_completion_tokens']) {
      const answer = await api.chat(holder, { model: MODEL, messages: HELLO, [name]: value });
      expect(answer).toMatchObject({ status: 400, json: { error: { code: 'invalid_value', param: name } } });
    }
    expect(api.sandbox.journal).toHaveLength(0);
    expect(await api.books(holder)).toEqual({ available: 100, ...NOTHING });
  });

  it.each([1e9, 1e300])(
    'of %d is lowered to the model and the balance, and the answer says so',
    async (limit) => {
      const body = JSON.stringify({ model: MODEL, messages: HELLO, max_tokens: limit });
      const holder = await api.open(500);
      const answer = await api.chat(holder, body);
      const affordable = 500 / MULTIPLIER - promptEstimate(body);
      expect(answer.status).toBe(200);
      expect(answer.headers['x-max-tokens-applied']).toBe(String(affordable));
      expect(sentUp().max_tokens).toBe(affordable);
      const rich = await api.open(1_000_000);
      api.sandbox.clearJournal();
      expect((await api.chat(rich, body)).headers['x-max-tokens-applied']).toBe('131072');
      expect(sentUp().max_tokens).toBe(131_072);
    },
  );

  it('of which two are given is the smaller one, under both names', async () => {
    const limits = { max_tokens: 40, max_completion_tokens: 30 };
    expect((await api.chat(await api.open(100), { model: MODEL, messages: HELLO, ...limits })).status).toBe(
      200,
    );
    expect(sentUp()).toMatchObject({ max_tokens: 30, max_completion_tokens: 30 });
  });

  it('is a choice’s share: sixteen answers are held for sixteen times, and cost no more', async () => {
    const body = JSON.stringify({ model: MODEL, messages: HELLO, max_tokens: 20, n: 16 });
    const hold = (promptEstimate(body) + 20 * 16) * MULTIPLIER;
    api.sandbox.setScript(`tokens=20; usage-equals=${promptEstimate(body)},320`);
    const holder = await api.open(hold);
    const answer = await api.chat(holder, body);
    expect(answer.status).toBe(200);
    expect(answer.json.choices).toHaveLength(16);
    expect(answer.json.usage.credits).toBe(hold);
    expect(await api.settledBooks(holder)).toEqual({ available: 0, ...NOTHING });
  });

  it('is not overrun by an upstream that ignores it: what is absurd is counted, never charged beyond the balance', async () => {
    api.sandbox.setScript('tokens=300; ignore-limit');
    const holder = await api.open(40);
    const answer = await api.chat(holder, { model: MODEL, messages: HELLO, max_tokens: 10 });
    expect(answer.status).toBe(200);
    expect(await api.settledBooks(holder)).toEqual({ available: 0, ...NOTHING });
    expect(await api.usage(holder)).toMatchObject([
      { charge: 40, usageSource: 'counted', flags: ['usage_insane'] },
    ]);
  });
});

describe('a request that could be priced as one thing and served as another', () => {
  const good = `"model":"${MODEL}","messages":${JSON.stringify(HELLO)}`;
  it.each([
    ['Model', `${good},"Model":"deepseek-v3.2:671b"`, 'model'],
    ['MODEL alone', `"MODEL":"${MODEL}","messages":${JSON.stringify(HELLO)}`, 'model'],
    ['MAX_TOKENS', `${good},"max_tokens":5,"MAX_TOKENS":5000`, 'max_tokens'],
    ['Max_Completion_Tokens', `${good},"Max_Completion_Tokens":5000`, 'max_completion_tokens'],
    ['N', `${good},"N":16`, 'n'],
    ['Best_Of', `${good},"Best_Of":16`, 'best_of'],
    ['a long s', `${good},"me\u017f\u017fages":[]`, 'messages'],
    ['an escaped long s', `${good},"\\u017ftream":true`, 'stream'],
    ['a Kelvin sign', `${good},"max_to\u212aens":5000`, 'max_tokens'],
    ['max_tokens twice', `${good},"max_tokens":5,"max_tokens":5000`, 'max_tokens'],
    ['model twice', `${good},"model":"${MODEL}"`, 'model'],
    ['model twice, once escaped', `${good},"\\u006dodel":"${MODEL}"`, 'model'],
  ])('is refused: %s', async (_name, fields, param) => {
    const holder = await api.open(100);
    const answer = await api.chat(holder, `{${fields}}`);
    expect(answer).toMatchObject({ status: 400, json: { error: { code: 'duplicate_field', param } } });
    expect(api.sandbox.journal).toHaveLength(0);
    expect(await api.books(holder)).toEqual({ available: 100, ...NOTHING });
  });

  it.each([17, 128, 0, 1.5, '2'])('is refused: n of %j', async (n) => {
    const holder = await api.open(100_000);
    const answer = await api.chat(holder, { model: MODEL, messages: HELLO, n });
    expect(answer).toMatchObject({ status: 400, json: { error: { code: 'invalid_value', param: 'n' } } });
    expect(api.sandbox.journal).toHaveLength(0);
    expect(await api.books(holder)).toMatchObject(NOTHING);
  });
});

it('leaves books that add up', async () => {
  expect(await api.differences()).toEqual([]);
});
