import { expect } from '@jest/globals';
import { bearer } from '../api.harness.js';
import type { Capability, Reply, StreamOptions, ToolCall } from './capabilities.js';
import { EMBEDDING_MODEL, type Scene } from './scene.js';
import { WEATHER_INPUT, WEATHER_REPORT, WEATHER_TOOL } from './weather-tool.js';

/** An id with all that ids may have in them. */
export const SLASHED_MODEL = 'vendor/some-model:1b-q4.0';

type Expectation = (scene: Scene) => Promise<void>;

export async function readAll(
  stream: AsyncGenerator<string, Reply>,
): Promise<{ pieces: string[]; reply: Reply }> {
  const pieces: string[] = [];
  for (;;) {
    const next = await stream.next();
    if (next.done) return { pieces, reply: next.value };
    pieces.push(next.value);
  }
}

/** What was said, was counted and was charged, is what the upstream said, the record counts and the ledger took. */
async function expectTold(
  scene: Scene,
  reply: Reply,
  expected: { usage: 'told' | 'as it is' },
): Promise<void> {
  const [entry] = await scene.upstream();
  const [record] = await scene.settled();
  expect(reply.text).toBe(entry!.textSent);
  expect(record).toMatchObject({ outcome: 'completed', usageSource: 'reported' });
  expect(record!.charge).toBe(await scene.api.entries(scene.holder));
  expect(scene.requests()).toHaveLength(1);
  if (expected.usage === 'as it is') return;
  const { promptTokens, completionTokens, charge } = record!;
  expect(charge).toBeGreaterThan(0);
  expect(reply).toEqual({ text: reply.text, promptTokens, completionTokens, credits: charge });
}

async function expectStream(scene: Scene, options: StreamOptions): Promise<void> {
  const { pieces, reply } = await readAll(scene.client().stream(scene.prompt(), options));
  expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.join('')).toBe(reply.text);
  await expectTold(scene, reply, { usage: options.includeUsage ? 'told' : 'as it is' });
}

function expectCall(call: ToolCall): void {
  expect(call.name).toBe(WEATHER_TOOL);
  expect(WEATHER_INPUT.parse(call.input)).toEqual(call.input);
}

/** The same vectors as they are on the wire. */
async function embeddings(scene: Scene, input: string[], format: 'float' | 'base64'): Promise<unknown[]> {
  const { json } = await scene.api.call({
    method: 'POST',
    path: '/v1/embeddings',
    headers: bearer(scene.holder.key),
    body: JSON.stringify({ model: EMBEDDING_MODEL, input, encoding_format: format }),
  });
  return json.data.map(({ embedding }: { embedding: unknown }) => embedding);
}

/** Little-endian 32-bit floats, as OpenAI packs them. */
function unpacked(base64: string): number[] {
  const bytes = Buffer.from(base64, 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
}

function expectVectors(vectors: number[][], wanted: number[][]): void {
  expect(vectors.map(({ length }) => length)).toEqual(wanted.map(({ length }) => length));
  for (const [index, vector] of vectors.entries()) {
    const gaps = vector.map((value, at) => Math.abs(value - wanted[index]![at]!));
    expect(Math.max(...gaps)).toBeLessThan(1e-6);
  }
}

export const ANSWERS = {
  models: async (scene) => {
    const client = scene.client();
    if (!client.models || !client.model) {
      expect(scene.remark).toMatch(/^—/);
      return;
    }
    const { json } = await scene.api.call({ path: '/v1/models', headers: bearer(scene.holder.key) });
    const ids = json.data.map(({ id }: { id: string }) => id);
    expect(ids).toContain(SLASHED_MODEL);
    expect(await client.models()).toEqual(ids);
    for (const id of [SLASHED_MODEL, 'llama3.2:3b']) expect(await client.model(id)).toBe(id);
  },

  plain: async (scene) => {
    await expectTold(scene, await scene.client().plain(scene.prompt()), { usage: 'told' });
  },

  stream: (scene) => expectStream(scene, { includeUsage: false }),

  streamUsage: (scene) => expectStream(scene, { includeUsage: true }),

  tools: async (scene) => {
    const calls: ToolCall[] = [];
    const text = await scene.client().useTool(scene.prompt('', 'What is the weather there?'), (call) => {
      calls.push(call);
      return JSON.stringify({ degrees: 41 });
    });
    expect(calls).toHaveLength(1);
    expectCall(calls[0]!);
    const [asked, told] = await scene.upstream();
    expect(asked!.textSent).toContain(WEATHER_TOOL);
    const result = JSON.parse(told!.receivedBody).messages.at(-1);
    expect(result).toMatchObject({ role: 'tool', tool_call_id: expect.any(String) });
    expect(JSON.stringify(result.content)).toContain('degrees');
    expect(text).toBe(told!.textSent);
    expect(await scene.settled()).toHaveLength(2);
  },

  toolsStreamed: async (scene) => {
    const call = await scene.client().streamTool(scene.prompt('', 'What is the weather there?'));
    expectCall(call);
    const [entry] = await scene.upstream();
    expect(entry!.stream).toBe(true);
    expect(entry!.textSent).toBe(`${WEATHER_TOOL}${JSON.stringify(call.input)}`);
    expect(await scene.settled()).toHaveLength(1);
  },

  jsonSchema: async (scene) => {
    const answer = await scene.client().object(scene.prompt());
    expect(WEATHER_REPORT.parse(answer)).toEqual(answer);
    const [entry] = await scene.upstream();
    expect(JSON.parse(entry!.receivedBody).response_format).toMatchObject({
      type: 'json_schema',
      json_schema: { schema: { required: ['city', 'degrees', 'sky', 'hours'] } },
    });
  },

  embeddings: async (scene) => {
    // The first as an upstream that understands base64 answers it, the second as one that does not.
    for (const script of ['', 'no-base64']) {
      const texts = [scene.prompt(script, 'one'), scene.prompt(script, 'two')];
      const vectors = await scene.client().embed(texts);
      const [entry] = (await scene.upstream()).slice(-1);
      expect(entry!.script).toEqual(script === '' ? {} : { 'no-base64': true });
      expect(JSON.parse(entry!.receivedBody).encoding_format).toBe(scene.sdk.embeddingFormat);
      const numbers = (await embeddings(scene, texts, 'float')) as number[][];
      expectVectors(vectors, numbers);
      // Today's SDKs read numbers, too, where they asked for base64; older ones made other numbers of them.
      const packed = (await embeddings(scene, texts, 'base64')) as string[];
      expectVectors(packed.map(unpacked), numbers);
    }
    const charges = (await scene.settled()).map(({ charge }) => charge);
    expect(charges[0]).toBeGreaterThan(0);
    expect(charges.slice(0, 3)).toEqual([charges[0], charges[0], charges[0]]);
  },

  completions: async (scene) => {
    const { plain, streamed } = await scene.client().complete(scene.prompt('tokens=9'));
    const [first, second] = await scene.upstream();
    expect([plain, streamed]).toEqual([first!.textSent, second!.textSent]);
    expect((await scene.settled()).map(({ completionTokens }) => completionTokens)).toEqual([9, 9]);
  },
} satisfies Partial<Record<Capability, Expectation>>;
