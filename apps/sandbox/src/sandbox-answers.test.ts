import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { type Sandbox, startSandbox } from './sandbox-server.js';

let sandbox: Sandbox;
let client: OpenAI;
const messages = [{ role: 'user' as const, content: 'Tell me about the sea.' }];
const weather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

beforeAll(async () => {
  sandbox = await startSandbox();
  client = new OpenAI({ baseURL: sandbox.baseUrl, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => sandbox.close());

const chat = (body: object) =>
  client.chat.completions.create({ model: 'llama3.2:3b', messages, ...body, stream: false });

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const chunks: T[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

describe('a believable answer', () => {
  it('says it is a sandbox, echoes the model, reports usage, and is the same each time', async () => {
    const first = await chat({});
    const second = await chat({});
    expect(first.model).toBe('llama3.2:3b');
    expect(first.choices[0]!.message.content).toMatch(/sandbox/);
    expect(first.choices[0]!.message.content).toBe(second.choices[0]!.message.content);
    const { prompt_tokens, completion_tokens, total_tokens } = first.usage!;
    expect(total_tokens).toBe(prompt_tokens + completion_tokens);
    expect(completion_tokens).toBeLessThan(150);
  });

  it('stops at the smaller of both limits, and says length', async () => {
    const answer = await chat({ max_tokens: 7, max_completion_tokens: 5 });
    expect(answer.usage!.completion_tokens).toBe(5);
    expect(answer.choices[0]!.finish_reason).toBe('length');
  });

  it('honours n and stop', async () => {
    const answer = await chat({ n: 3, stop: [' program'] });
    const texts = answer.choices.map(({ message }) => message.content);
    expect(texts).toEqual(Array(3).fill('This is a sandbox answer, written by a small'));
    expect(answer.choices.every((choice) => choice.finish_reason === 'stop')).toBe(true);
  });

  it('answers response formats with JSON that fits', async () => {
    const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
    const fits = await chat({ response_format: { type: 'json_schema', json_schema: { name: 'x', schema } } });
    expect(JSON.parse(fits.choices[0]!.message.content!)).toEqual({ n: 1 });
    const any = await chat({ response_format: { type: 'json_object' } });
    expect(JSON.parse(any.choices[0]!.message.content!)).toMatchObject({ sandbox: true });
  });

  it('calls a tool when one is required, and answers in text after its result', async () => {
    const call = await chat({ tools: [weather], tool_choice: 'required' });
    const [made] = call.choices[0]!.message.tool_calls!;
    expect(made).toMatchObject({ type: 'function', function: { name: 'get_weather' } });
    expect(call.choices[0]!.finish_reason).toBe('tool_calls');
    const result = { role: 'tool', tool_call_id: made!.id, content: '31 degrees' };
    const after = await chat({ tools: [weather], messages: [...messages, call.choices[0]!.message, result] });
    expect(after.choices[0]!.message.content).toMatch(/sandbox/);
  });

  it('calls a tool the user speaks of, and none when told not to', async () => {
    const asked = [{ role: 'user', content: 'What is the weather in Kuwait?' }];
    const called = await chat({ tools: [weather], messages: asked });
    expect(called.choices[0]!.message.tool_calls).toHaveLength(1);
    const none = await chat({ tools: [weather], messages: asked, tool_choice: 'none' });
    expect(none.choices[0]!.message.tool_calls).toBeUndefined();
  });
});

describe('a believable stream', () => {
  it('gives the plain answer in pieces, and usage only when asked', async () => {
    const plain = await chat({});
    for (const include_usage of [true, false]) {
      const stream = await client.chat.completions.create({
        model: 'llama3.2:3b',
        messages,
        stream: true,
        stream_options: { include_usage },
      });
      const chunks = await collect(stream);
      const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
      expect(text).toBe(plain.choices[0]!.message.content);
      expect(chunks.findLast((chunk) => chunk.usage)?.usage).toEqual(include_usage ? plain.usage : undefined);
    }
  });

  it('finishes each of several choices once', async () => {
    const stream = await client.chat.completions.create({ model: 'm', messages, n: 4, stream: true });
    const finished = (await collect(stream)).flatMap(({ choices }) =>
      choices.filter((choice) => choice.finish_reason).map((choice) => choice.index),
    );
    expect(finished.toSorted()).toEqual([0, 1, 2, 3]);
  });

  it('streams the arguments of a tool call', async () => {
    const runner = client.chat.completions.stream({
      model: 'm',
      messages,
      tools: [weather],
      tool_choice: 'required',
    });
    const answer = await runner.finalChatCompletion();
    const [call] = answer.choices[0]!.message.tool_calls!;
    expect(call).toMatchObject({ function: { name: 'get_weather', arguments: '{"city":"sandbox"}' } });
  });
});

describe('the other routes', () => {
  it('lists models and knows any id', async () => {
    expect((await client.models.list()).data.length).toBeGreaterThan(0);
    expect((await client.models.retrieve('hf.co/a/b:Q4')).id).toBe('hf.co/a/b:Q4');
  });

  it('completes prompts in all four forms, 16 tokens unless asked otherwise', async () => {
    for (const prompt of ['Once', ['Once'], [1, 2, 3], [[1, 2], [3]]]) {
      const answer = await client.completions.create({ model: 'm', prompt });
      expect(answer.choices).toHaveLength(Array.isArray(prompt[0]) ? 2 : 1);
      expect(answer.usage!.completion_tokens).toBe(16 * answer.choices.length);
      expect(answer.choices[0]!.finish_reason).toBe('length');
    }
  });

  it('streams completions', async () => {
    const stream = await client.completions.create({
      model: 'm',
      prompt: 'Once',
      max_tokens: 4,
      stream: true,
    });
    const chunks = await collect(stream);
    expect(chunks.map((chunk) => chunk.choices[0]?.text ?? '').join('')).toBe('This is a sandbox');
  });

  it('embeds to the same unit vector as numbers and as base64', async () => {
    const input = ['the sea', 'the hills'];
    const packed = await client.embeddings.create({ model: 'e', input, dimensions: 16 });
    const plain = await client.embeddings.create({
      model: 'e',
      input,
      dimensions: 16,
      encoding_format: 'float',
    });
    expect(packed.data).toEqual(plain.data);
    expect(packed.usage).toEqual({ prompt_tokens: 4, total_tokens: 4 });
    expect(packed.data[0]!.embedding).not.toEqual(packed.data[1]!.embedding);
    expect(Math.hypot(...packed.data[0]!.embedding)).toBeCloseTo(1, 5);
  });
});

describe('a bad request', () => {
  const post = (path: string, body: string) =>
    fetch(`${sandbox.baseUrl}${path}`, { method: 'POST', body }).then(async (answer) => ({
      status: answer.status,
      error: ((await answer.json()) as { error: { code: string; param: string } }).error,
    }));

  it.each([
    ['{"model":', { code: 'invalid_json' }],
    ['[]', {}],
    ['{"messages":[{}]}', { param: 'model' }],
    ['{"model":"m","messages":[]}', { param: 'messages' }],
    ['{"model":"m","messages":[{}],"n":0}', { param: 'n' }],
  ])('%s is 400 in OpenAI’s error shape', async (body, expected) => {
    expect(await post('/chat/completions', body)).toMatchObject({ status: 400, error: expected });
  });

  it('on an unknown path is 404', async () => {
    expect(await post('/nothing', '{}')).toMatchObject({ status: 404 });
  });
});
