import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { ApiHarness, type Holder } from './api.harness.js';

const MODEL = 'llama3.2:3b';
const MULTIPLIER = 0.5;
const CREDITS = 10_000;
const TOOLS: OpenAI.Chat.ChatCompletionTool[] = [
  {
    type: 'function',
    function: {
      name: 'find_weather',
      description: 'The weather of a city',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
];
const HELLO = { model: MODEL, messages: [{ role: 'user' as const, content: 'Tell me about the sea.' }] };
type WithCredits = OpenAI.CompletionUsage & { credits: number };

let api: ApiHarness;
let holder: Holder;
let openai: OpenAI;

beforeAll(async () => {
  api = await ApiHarness.start();
});
beforeEach(async () => {
  api.sandbox.setScript('');
  api.sandbox.clearJournal();
  holder = await api.open(CREDITS);
  openai = new OpenAI({ baseURL: `${api.url()}/v1`, apiKey: holder.key });
});
afterAll(() => api.close());

/** What the SDK was told is what the upstream reported, its price, and what the account paid. */
async function expectPaid(usage: OpenAI.CompletionUsage | null | undefined): Promise<void> {
  const reported = api.sandbox.journal.at(-1)!.usageSent;
  expect(usage).toMatchObject(reported as object);
  const { credits, prompt_tokens, completion_tokens } = usage as WithCredits;
  expect(credits).toBe((prompt_tokens + completion_tokens) * MULTIPLIER);
  expect(await api.settledBooks(holder)).toMatchObject({ available: CREDITS - credits, held: 0 });
}

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const chunks: T[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

describe('the official SDK for Node', () => {
  it.each(['/v1', '/api/v1', '/v1/'])('works with its base URL at %s', async (prefix) => {
    const client = new OpenAI({ baseURL: `${api.url()}${prefix}`, apiKey: holder.key });
    expect((await client.chat.completions.create(HELLO)).choices).toHaveLength(1);
    expect((await client.models.list()).data.length).toBeGreaterThan(50);
  });

  it('may carry its key as x-api-key too, and is told when two differ', async () => {
    const both = (key: string) =>
      new OpenAI({ baseURL: `${api.url()}/v1`, apiKey: holder.key, defaultHeaders: { 'x-api-key': key } });
    expect((await both(holder.key).chat.completions.create(HELLO)).choices).toHaveLength(1);
    const { key } = await api.addKey(holder);
    await expect(both(key).models.list()).rejects.toThrow(OpenAI.BadRequestError);
    const alone = { authorization: null, 'x-api-key': holder.key };
    const client = new OpenAI({ baseURL: `${api.url()}/v1`, apiKey: 'unused', defaultHeaders: alone });
    expect((await client.models.list()).data.length).toBeGreaterThan(50);
  });

  it('lists models, and retrieves each by an id with a colon', async () => {
    const { data } = await openai.models.list();
    const ids = data.map(({ id }) => id);
    expect(ids).toContain(MODEL);
    expect(new Set(ids).size).toBe(ids.length);
    expect(await openai.models.retrieve(MODEL)).toEqual(data.find(({ id }) => id === MODEL));
    expect(data[0]).toMatchObject({ object: 'model', owned_by: 'llm-resayil', created: expect.any(Number) });
    await expect(openai.models.retrieve('no-such:1b')).rejects.toThrow(OpenAI.NotFoundError);
  });

  it('gets a plain answer with its exact price', async () => {
    const { data, response, request_id } = await openai.chat.completions.create(HELLO).withResponse();
    expect(data.model).toBe(MODEL);
    expect(data.choices[0]!.message.content).toBe(api.sandbox.journal[0]!.textSent);
    expect(response.headers.get('x-credits-charged')).toBe(String((data.usage as WithCredits).credits));
    expect(request_id).toMatch(/^req_/);
    await expectPaid(data.usage);
  });

  it('gets a stream whose usage, when asked for, is in a last chunk of its own', async () => {
    const options = { ...HELLO, stream: true as const, stream_options: { include_usage: true } };
    const chunks = await all(await openai.chat.completions.create(options));
    const empty = chunks.filter(({ choices }) => choices.length === 0);
    expect(empty).toEqual([chunks.at(-1)]);
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null || usage === undefined)).toBe(true);
    expect(textOf(chunks)).toBe(api.sandbox.journal[0]!.textSent);
    await expectPaid(empty[0]!.usage);
  });

  it('gets a stream without empty choices when it did not ask, with usage beside the finish reason', async () => {
    const chunks = await all(await openai.chat.completions.create({ ...HELLO, stream: true }));
    expect(chunks.every(({ choices }) => choices.length === 1)).toBe(true);
    const last = chunks.at(-1)!;
    expect(last.choices[0]!.finish_reason).toBe('stop');
    expect(textOf(chunks)).toBe(api.sandbox.journal[0]!.textSent);
    await expectPaid(last.usage);
  });

  it('puts a stream of two choices together, each in its own order', async () => {
    const stream = openai.chat.completions.stream({
      ...HELLO,
      n: 2,
      stream_options: { include_usage: true },
    });
    const { choices, usage } = await stream.finalChatCompletion();
    expect(choices.map(({ message }) => message.content).join('\n')).toBe(api.sandbox.journal[0]!.textSent);
    await expectPaid(usage);
  });

  it('calls tools and hands their results back', async () => {
    const messages: OpenAI.Chat.ChatCompletionMessageParam[] = [
      { role: 'user', content: 'The weather in Doha?' },
    ];
    const first = await openai.chat.completions.create({ model: MODEL, messages, tools: TOOLS });
    const { message, finish_reason } = first.choices[0]!;
    expect(finish_reason).toBe('tool_calls');
    const [toolCall] = message.tool_calls!;
    expect(toolCall).toMatchObject({ type: 'function', function: { name: 'find_weather' } });
    messages.push(message, { role: 'tool', tool_call_id: toolCall!.id, content: 'Sunny, 24 degrees.' });
    const second = await openai.chat.completions.create({ model: MODEL, messages, tools: TOOLS });
    expect(second.choices[0]!.message.content).toEqual(expect.stringMatching(/\w/));
  });

  it('puts streamed tool calls together', async () => {
    const messages = [{ role: 'user' as const, content: 'The weather in Doha?' }];
    const stream = openai.chat.completions.stream({ model: MODEL, messages, tools: TOOLS });
    const { choices, usage } = await stream.finalChatCompletion();
    const [toolCall] = choices[0]!.message.tool_calls!;
    expect(toolCall).toMatchObject({ function: { name: 'find_weather' } });
    expect(JSON.parse((toolCall as { function: { arguments: string } }).function.arguments)).toHaveProperty(
      'city',
    );
    await expectPaid(usage);
  });

  it('gets an answer by its JSON schema', async () => {
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' }, warm: { type: 'boolean' } },
      required: ['city', 'warm'],
      additionalProperties: false,
    };
    const response_format = {
      type: 'json_schema' as const,
      json_schema: { name: 'weather', strict: true, schema },
    };
    const { choices, usage } = await openai.chat.completions.create({ ...HELLO, response_format });
    expect(JSON.parse(choices[0]!.message.content!)).toEqual({
      city: expect.any(String),
      warm: expect.any(Boolean),
    });
    await expectPaid(usage);
  });

  it('tells the upstream within a second when it aborts a stream, and pays for what came', async () => {
    api.sandbox.setScript('tokens=500; ms=5; usage=every');
    const stream = await openai.chat.completions.create({ ...HELLO, stream: true });
    let chunks = 0;
    let abortedAtMs = 0;
    for await (const _chunk of stream) {
      chunks += 1;
      if (chunks < 20) continue;
      abortedAtMs = Date.now();
      stream.controller.abort();
      break;
    }
    const { peerClosedAt, tokensSent } = await api.sandbox.waitFor(({ endedAt }) => endedAt !== null);
    expect(peerClosedAt! - abortedAtMs).toBeLessThan(1_000);
    expect(await api.settledBooks(holder)).toMatchObject({ held: 0, openHolds: 0 });
    const [record] = await api.usage(holder);
    expect(record).toMatchObject({ outcome: 'client_left', usageSource: 'reported' });
    expect(record!.completionTokens).toBeGreaterThanOrEqual(chunks - 1);
    expect(record!.completionTokens).toBeLessThanOrEqual(tokensSent);
  });
});

describe('an error is the SDK’s own exception', () => {
  /** What it throws, and how often it had asked. */
  async function thrown(client: OpenAI, body: object = HELLO): Promise<InstanceType<typeof OpenAI.APIError>> {
    const error = await client.chat.completions.create(body as typeof HELLO).catch((error: unknown) => error);
    if (error instanceof OpenAI.APIError) return error;
    throw new Error(`not an exception of the SDK: ${String(error)}`);
  }
  const clientOf = (key: string, maxRetries = 0) =>
    new OpenAI({ baseURL: `${api.url()}/v1`, apiKey: key, maxRetries });

  it.each([
    [401, OpenAI.AuthenticationError, 'invalid_api_key', async () => thrown(clientOf('sk_llmr_wrong'))],
    [402, OpenAI.APIError, 'insufficient_credits', async () => thrown(clientOf((await api.open(0)).key, 2))],
    [
      403,
      OpenAI.PermissionDeniedError,
      'model_not_allowed',
      async () => thrown(clientOf((await api.addKey(holder, { allowedModels: ['mistral:7b'] })).key)),
    ],
    [
      404,
      OpenAI.NotFoundError,
      'model_not_found',
      async () => thrown(openai, { ...HELLO, model: 'no-such:1b' }),
    ],
    [400, OpenAI.BadRequestError, 'invalid_value', async () => thrown(openai, { ...HELLO, temperature: 9 })],
  ])('%d', async (status, kind, code, provoke) => {
    const error = await provoke();
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({
      status,
      code,
      message: expect.stringContaining(String(status)),
      requestID: expect.stringMatching(/^req_/),
    });
    expect(api.sandbox.journal).toHaveLength(0);
  });

  it('429, with when to come back', async () => {
    await api.setLimits(holder, { requestsPerMinute: 1 });
    const client = clientOf(holder.key);
    await client.chat.completions.create(HELLO);
    const error = await thrown(client);
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(Number(error.headers!.get('retry-after'))).toBeGreaterThan(0);
  });

  it('502, and it is not sent again where the upstream may have run', async () => {
    api.sandbox.setScript('status=500');
    const error = await thrown(clientOf(holder.key, 2));
    expect(error).toBeInstanceOf(OpenAI.InternalServerError);
    expect(error).toMatchObject({ status: 502, code: 'upstream_failed' });
    expect(await api.usage(holder)).toHaveLength(1);
  });

  it('in the middle of a stream, after what had come', async () => {
    api.sandbox.setScript('tokens=30; error-after=10; usage=omit');
    const stream = await openai.chat.completions.create({ ...HELLO, stream: true });
    let text = '';
    const reading = (async () => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    })();
    await expect(reading).rejects.toThrow(OpenAI.APIError);
    expect(text).not.toBe('');
    expect(await api.settledBooks(holder)).toMatchObject({ held: 0 });
  });
});

function textOf(chunks: OpenAI.ChatCompletionChunk[]): string {
  return chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
}
