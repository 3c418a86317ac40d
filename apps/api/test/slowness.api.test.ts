import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ApiHarness, type Holder } from './api.harness.js';
import { RawClient } from './raw-client.js';

const MODEL = 'llama3.2:3b';
const VECTOR_MODEL = 'all-minilm:33m';
/** More than the kernel takes for a client that does not read. */
const FLOOD_BYTES = 10_000_000;

let harness: ApiHarness;
let holder: Holder;

beforeAll(async () => {
  harness = await ApiHarness.start({
    environment: {
      BODY_SECONDS: '1',
      CLIENT_STALL_SECONDS: '1',
      FIRST_BYTE_SECONDS: '10',
      IDLE_SECONDS: '1',
      MAX_REQUEST_SECONDS: '20',
    },
  });
  holder = await harness.open(1_000_000_000);
});
afterAll(() => harness.close());

function request(body: object, path?: string): string {
  const json = JSON.stringify(body);
  return `${head(Buffer.byteLength(json), path)}${json}`;
}

function head(length: number, path = '/v1/chat/completions'): string {
  return `POST ${path} HTTP/1.1\r\nhost: test\r\nauthorization: Bearer ${holder.key}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
}

const chat = (script: string, more: object = {}) => ({
  model: MODEL,
  max_tokens: 1_000,
  messages: [{ role: 'user', content: `Go on. [[sandbox: ${script}]]` }],
  ...more,
});

it('a connection whose headers never end is closed, with or without a first byte', async () => {
  const silent = new RawClient(harness.url(), { reads: true });
  const slow = new RawClient(harness.url(), { reads: true });
  slow.send('POST /v1/chat/completions HTTP/1.1\r\nhost: te');
  await Promise.all([silent.closed, slow.closed]);
  expect(slow.received).toMatch(/^HTTP\/1.1 408 /);
});

it('a body that never ends is answered 408, and nothing is held or sent upstream', async () => {
  const before = (await harness.usage(holder)).length;
  const client = new RawClient(harness.url(), { reads: true });
  client.send(`${head(1_000)}{"model":`);
  await client.closed;
  expect(client.received).toMatch(/^HTTP\/1.1 408 .*"code":"request_timeout"/s);
  // The connection ends with it: its next bytes would be answered as a request of their own.
  expect(client.received.match(/HTTP\/1.1 /g)).toHaveLength(1);
  expect(await harness.usage(holder)).toHaveLength(before);
});

it('a body that never ends is closed on every other path too', async () => {
  const client = new RawClient(harness.url(), { reads: true });
  client.send(`${head(1_000, '/api/auth/sign-in/email')}{"email":`);
  await client.closed;
  expect(client.received).toContain('HTTP/1.1 408 ');
});

it('a model that says nothing for too long ends the stream with an error event, and what came is charged', async () => {
  const answer = await harness.chat(
    holder,
    chat('tokens=50; ms=1; hang-after=20; usage=omit', { stream: true }),
  );
  expect(answer.text.trimEnd()).toMatch(/"code":"[a-z_]+"}}$/);
  const last = (await harness.usage(holder)).at(-1)!;
  expect(last).toMatchObject({ outcome: 'timed_out', usageSource: 'counted' });
  expect(last.charge).toBeGreaterThan(0);
});

it('a client that takes nothing of a stream is left, charged for what was delivered', async () => {
  const client = new RawClient(harness.url(), { reads: false });
  client.send(request(chat('tokens=1000000; chunk-tokens=400; ignore-limit', { stream: true })));
  await lastOutcome('client_left');
  expect((await harness.settledBooks(holder)).openHolds).toBe(0);
  client.readOn();
  await client.closed;
});

it('a client that takes nothing of a whole answer is left too', async () => {
  const input = Array.from({ length: 200 }, (_, i) => `text ${i}`);
  const vectors = { model: VECTOR_MODEL, input, dimensions: 4_096, encoding_format: 'float' };
  // From outside it shows only when the client reads again: what the kernel had taken comes, and no more.
  for (let patienceMs = 2_500; ; patienceMs *= 2) {
    const client = new RawClient(harness.url(), { reads: false });
    client.send(request(vectors, '/v1/embeddings'));
    await lastOutcome('completed');
    await new Promise((done) => setTimeout(done, patienceMs));
    client.readOn();
    if ((await client.closedOrWhole(FLOOD_BYTES)) === 'closed') break;
  }
  expect(await harness.differences()).toEqual([]);
});

async function lastOutcome(outcome: string): Promise<void> {
  for (;;) {
    if ((await harness.usage(holder)).at(-1)?.outcome === outcome) return;
    await new Promise((done) => setTimeout(done, 20));
  }
}
