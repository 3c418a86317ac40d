import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import OpenAI from 'openai';
import { ApiHarness, bearer, type Holder } from './api.harness.js';
import { type Answer, type Json, openCall } from './http-call.js';

const TEXT_MODEL = 'llama3.2:3b';
const TEXT_MULTIPLIER = 0.5;
/** 512 tokens of context, and a whole credit a token. */
const VECTOR_MODEL = 'all-minilm:33m';
const NOTHING = { held: 0, openHolds: 0, inFlight: 0 };
const CREDITS = 10_000;

let api: ApiHarness;
let holder: Holder;
let client: OpenAI;

beforeAll(async () => {
  api = await ApiHarness.start();
});
beforeEach(async () => {
  api.sandbox.setScript('');
  api.sandbox.clearJournal();
  holder = await api.open(CREDITS);
  client = new OpenAI({ baseURL: `${api.url()}/v1`, apiKey: holder.key, maxRetries: 0 });
});
afterAll(() => api.close());

function post(path: string, body: object | string): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return api.call({ method: 'POST', path, headers: bearer(holder.key), body: text });
}

/** What the upstream was sent, of the only request that reached it. */
function sentUp(): Json {
  expect(api.sandbox.journal).toHaveLength(1);
  return JSON.parse(api.sandbox.journal[0]!.receivedBody);
}

/** The one record there is, once it costs what the caller was told. */
async function expectCharged(credits: number) {
  expect(await api.settledBooks(holder)).toEqual({ available: CREDITS - credits, ...NOTHING });
  expect(await api.entries(holder)).toBe(credits);
  const usage = await api.usage(holder);
  expect(usage).toMatchObject([{ charge: credits, outcome: 'completed' }]);
  return usage[0]!;
}

describe('embeddings', () => {
  it.each(['', 'no-base64'])(
    'at the SDK’s defaults are the floats, whether the upstream knows base64 or not: "%s"',
    async (script) => {
      api.sandbox.setScript(script);
      const input = ['the sea', 'the sky'];
      const asked = await client.embeddings.create({ model: VECTOR_MODEL, input });
      expect(sentUp().encoding_format).toBe('base64');
      const floats = await client.embeddings.create({ model: VECTOR_MODEL, input, encoding_format: 'float' });
      expect(asked.data.map(({ index }) => index)).toEqual([0, 1]);
      for (const index of [0, 1]) {
        expect(asked.data[index]!.embedding).toHaveLength(768);
        expect([...asked.data[index]!.embedding]).toEqual(floats.data[index]!.embedding.map(Math.fround));
      }
    },
  );

  it('are base64 on the wire when asked, and numbers when not', async () => {
    api.sandbox.setScript('no-base64');
    const asked = await post('/v1/embeddings', {
      model: VECTOR_MODEL,
      input: 'a',
      encoding_format: 'base64',
    });
    expect(asked.json.data[0].embedding).toMatch(/^[A-Za-z0-9+/]+=*$/);
    expect(asked.headers['content-length']).toBe(String(asked.text.length));
    const plain = await post('/v1/embeddings', { model: VECTOR_MODEL, input: 'a' });
    expect(plain.json.data[0].embedding).toEqual(expect.arrayContaining([expect.any(Number)]));
  });

  it('cost their prompt tokens, a batch as one request', async () => {
    const input = ['the sea is wide', 'the sky is high', 'and the night is long'];
    const { usage, model } = await client.embeddings.create({ model: VECTOR_MODEL, input, dimensions: 64 });
    const sent = api.sandbox.journal[0]!.usageSent as Json;
    expect(model).toBe(VECTOR_MODEL);
    expect(usage).toEqual({ ...sent, credits: sent.prompt_tokens });
    expect(await expectCharged(sent.prompt_tokens)).toMatchObject({
      usageSource: 'reported',
      promptTokens: sent.prompt_tokens,
      completionTokens: 0,
      flags: [],
    });
  });

  it('are of the dimensions asked for, and go up without an output limit', async () => {
    const { data } = await client.embeddings.create({ model: VECTOR_MODEL, input: 'a', dimensions: 256 });
    expect(data[0]!.embedding).toHaveLength(256);
    expect(Object.keys(sentUp()).sort()).toEqual(['dimensions', 'encoding_format', 'input', 'model']);
  });

  it.each([
    ['texts', ['the sea is wide', 'night'], countTokens('the sea is wide') + countTokens('night')],
    ['tokens', [11, 22, 33], 3],
    ['arrays of tokens', [[11, 22], [33]], 3],
  ])('are counted where the upstream does not say what they used: %s', async (_name, input, tokens) => {
    api.sandbox.setScript('usage=omit');
    const { json, headers } = await post('/v1/embeddings', { model: VECTOR_MODEL, input });
    expect(json.usage).toEqual({ prompt_tokens: tokens, total_tokens: tokens, credits: tokens });
    expect(headers['x-credits-charged']).toBe(String(tokens));
    expect(await expectCharged(tokens)).toMatchObject({ usageSource: 'counted', completionTokens: 0 });
  });

  it('are not believed when their usage has completion tokens', async () => {
    api.sandbox.setScript('usage=negative');
    const { json } = await post('/v1/embeddings', { model: VECTOR_MODEL, input: 'hello' });
    expect(json.usage).toEqual({ prompt_tokens: 1, total_tokens: 1, credits: 1 });
    expect((await expectCharged(1)).flags).toEqual(['usage_insane']);
  });

  it('are held for half their bytes, and never for more than a context window an input', async () => {
    for (const input of ['short', ['x '.repeat(2_000), 'y '.repeat(2_000)]]) {
      const body = JSON.stringify({ model: VECTOR_MODEL, input });
      const most = Array.isArray(input) ? 2 * 512 : 512;
      expect((await post('/v1/embeddings', body)).status).toBe(200);
      const { held } = (await api.usage(holder)).at(-1)!;
      expect(held).toBe(Math.min(most, Math.ceil(body.length / 2)));
    }
  });

  it('are refused when the credits do not cover them, and no limit is offered to be lowered', async () => {
    holder = await api.open(1);
    const { status, json } = await post('/v1/embeddings', { model: VECTOR_MODEL, input: 'the sea is wide' });
    expect([status, json.error.code, json.error.metadata.remedy]).toEqual([
      402,
      'insufficient_credits',
      'add_credits',
    ]);
    expect(api.sandbox.journal).toHaveLength(0);
  });
});

describe('a completion', () => {
  it('costs what the upstream says, and writes 16 tokens when no limit is given', async () => {
    api.sandbox.setScript('tokens=50');
    const body = { model: TEXT_MODEL, prompt: 'Once upon a time' };
    const { data, response } = await client.completions.create(body).withResponse();
    expect(sentUp()).toMatchObject({ ...body, max_tokens: 16 });
    expect(data.choices).toMatchObject([{ finish_reason: 'length', text: expect.any(String) }]);
    const credits = (data.usage!.prompt_tokens + 16) * TEXT_MULTIPLIER;
    expect(data.usage).toMatchObject({ completion_tokens: 16, credits });
    expect(response.headers.get('x-credits-charged')).toBe(String(credits));
    const record = await expectCharged(credits);
    expect(record.held).toBe((Math.ceil(JSON.stringify(body).length / 2) + 16) * TEXT_MULTIPLIER);
  });

  it('is held for n of each of its prompts', async () => {
    const body = { model: TEXT_MODEL, prompt: ['one', 'two', 'three'], n: 2, best_of: 4, max_tokens: 20 };
    const { json } = await post('/v1/completions', body);
    expect(json.choices).toHaveLength(6);
    const [record] = await api.usage(holder);
    expect(record!.held).toBe((Math.ceil(JSON.stringify(body).length / 2) + 20 * 12) * TEXT_MULTIPLIER);
    await expectCharged(json.usage.credits);
  });

  it('is streamed with its cost on the last chunk, or in one of its own when asked', async () => {
    for (const asked of [false, true]) {
      holder = await api.open(CREDITS);
      const stream = await new OpenAI({ baseURL: `${api.url()}/v1`, apiKey: holder.key }).completions.create({
        model: TEXT_MODEL,
        prompt: 'Once upon a time',
        max_tokens: 30,
        stream: true,
        ...(asked && { stream_options: { include_usage: true } }),
      });
      const chunks: OpenAI.Completion[] = [];
      for await (const chunk of stream) chunks.push(chunk);
      const entry = api.sandbox.journal.at(-1)!;
      expect(chunks.map(({ choices }) => choices[0]?.text ?? '').join('')).toBe(entry.textSent);
      const { prompt_tokens, completion_tokens } = entry.usageSent as Json;
      const credits = (prompt_tokens + completion_tokens) * TEXT_MULTIPLIER;
      expect(chunks.at(-1)!.usage).toMatchObject({ prompt_tokens, completion_tokens, credits });
      expect(chunks.at(-1)!.choices).toHaveLength(asked ? 0 : 1);
      expect(chunks.filter(({ usage }) => usage)).toHaveLength(1);
      await expectCharged(credits);
    }
  });

  it('is counted where the upstream does not say: prompts by text or number, output by text', async () => {
    api.sandbox.setScript('usage=omit; say=and they lived happily');
    const written = countTokens('and they lived happily');
    for (const [prompt, prompts, tokens] of [
      ['Once upon a time', 1, countTokens('Once upon a time')],
      [['Once', 'upon a time'], 2, countTokens('Once') + countTokens('upon a time')],
      [[1, 2, 3, 4, 5, 6, 7], 1, 7],
    ] as const) {
      holder = await api.open(CREDITS);
      const { json } = await post('/v1/completions', { model: TEXT_MODEL, prompt });
      const output = written * prompts;
      expect(json.usage).toMatchObject({ prompt_tokens: tokens, completion_tokens: output });
      await expectCharged((tokens + output) * TEXT_MULTIPLIER);
    }
  });

  it('that echoes its prompt is not charged for it twice', async () => {
    api.sandbox.setScript('usage=omit; say=Once upon a time there was');
    const { json } = await post('/v1/completions', {
      model: TEXT_MODEL,
      prompt: 'Once upon a time',
      echo: true,
      n: 3,
    });
    const [prompt, output] = [countTokens('Once upon a time'), countTokens(' there was')];
    expect(json.usage).toMatchObject({ prompt_tokens: prompt, completion_tokens: 3 * output });
    await expectCharged((prompt + 3 * output) * TEXT_MULTIPLIER);
  });

  it('may be of no tokens at all', async () => {
    const { json } = await post('/v1/completions', {
      model: TEXT_MODEL,
      prompt: 'a b c',
      max_tokens: 0,
      echo: true,
    });
    expect(sentUp().max_tokens).toBe(0);
    expect(json.usage).toMatchObject({
      completion_tokens: 0,
      credits: json.usage.prompt_tokens * TEXT_MULTIPLIER,
    });
    await expectCharged(json.usage.credits);
  });

  it('is lowered to what the credits cover, and says so', async () => {
    const body = JSON.stringify({ model: TEXT_MODEL, prompt: 'hello', max_tokens: 5_000 });
    holder = await api.open(500);
    const { headers } = await post('/v1/completions', body);
    const affordable = 500 / TEXT_MULTIPLIER - Math.ceil(body.length / 2);
    expect(headers['x-max-tokens-applied']).toBe(String(affordable));
    expect(sentUp().max_tokens).toBe(affordable);
  });

  it('whose client leaves costs what was delivered, and the upstream is let go', async () => {
    api.sandbox.setScript('tokens=400; ms=5; usage=omit');
    const open = openCall(api.url(), {
      method: 'POST',
      path: '/v1/completions',
      headers: bearer(holder.key),
      body: JSON.stringify({ model: TEXT_MODEL, prompt: 'hello', max_tokens: 400, stream: true }),
    });
    await open.until('"text":" ');
    open.leave();
    const entry = await api.sandbox.waitFor(({ endedAt }) => endedAt !== null);
    const { available } = await api.settledBooks(holder);
    const [record] = await api.usage(holder);
    expect([entry.outcome, record!.outcome]).toEqual(['peer-closed', 'client_left']);
    expect(Math.abs(record!.completionTokens - countTokens(entry.textSent))).toBeLessThanOrEqual(16);
    expect(available).toBe(CREDITS - (1 + record!.completionTokens) * TEXT_MULTIPLIER);
  });
});

it('leaves books that add up', async () => {
  expect(await api.differences()).toEqual([]);
});
