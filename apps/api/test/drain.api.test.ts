import { Agent, request } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ApiHarness, bearer, type Holder } from './api.harness.js';

const DRAIN_SECONDS = 2;
/** A balancer polls /readyz; until it has, it still sends requests to a process that leaves. */
const BALANCER_MS = 200;

let harness: ApiHarness;
let holder: Holder;

beforeAll(async () => {
  harness = await ApiHarness.start({ apis: 2, environment: { DRAIN_SECONDS: String(DRAIN_SECONDS) } });
  holder = await harness.open(1_000_000);
});
afterAll(() => harness.close());

const stream = (script: string) => ({
  model: 'llama3.2:3b',
  stream: true,
  stream_options: { include_usage: true },
  max_tokens: 1_000,
  messages: [{ role: 'user', content: `Go on. [[sandbox: ${script}]]` }],
});

it('a process is not ready on a database that has not been migrated as far as it needs', async () => {
  const ready = async () => (await harness.call({ path: '/readyz' })).status;
  expect(await ready()).toBe(200);
  const { rows } = await harness.pool.query(
    'DELETE FROM migrations WHERE id = (SELECT max(id) FROM migrations) RETURNING *',
  );
  expect(await ready()).toBe(503);
  const { id, timestamp, name } = rows[0];
  await harness.pool.query('INSERT INTO migrations (id, timestamp, name) VALUES ($1, $2, $3)', [
    id,
    timestamp,
    name,
  ]);
  expect(await ready()).toBe(200);
});

it('a process that is asked to end lets short streams finish, tells the long ones, and settles all', async () => {
  const number = await harness.add();
  const streams = Array.from({ length: 60 }, (_, i) =>
    harness.openChat(holder, stream(i % 2 ? 'tokens=900; ms=20' : 'tokens=20; ms=20'), number),
  );
  await Promise.all(streams.map((open) => open.until('"content":')));
  // Not answered yet when time is up: a plain one, and a stream of which nothing came.
  const unanswered = [false, true].map((streamed) =>
    harness.openChat(
      holder,
      { ...stream('hang-headers'), stream: streamed, stream_options: undefined },
      number,
    ),
  );
  const startedAt = performance.now();
  await harness.stop(number);
  expect(performance.now() - startedAt).toBeLessThan((DRAIN_SECONDS + 5) * 1000);
  const answers = await Promise.all(streams.map((open) => open.ended));
  for (const [i, answer] of answers.entries()) {
    if (i % 2) expect(answer.text.trimEnd()).toMatch(/"code":"shutting_down"}}$/);
    else expect(answer.text.trimEnd()).toMatch(/data: \[DONE\]$/);
  }
  for (const { status, text } of await Promise.all(unanswered.map((open) => open.ended))) {
    expect([status, JSON.parse(text).error]).toEqual([
      503,
      expect.objectContaining({
        code: 'shutting_down',
        message: expect.stringContaining('Nothing is charged'),
      }),
    ]);
  }
  const books = await harness.settledBooks(holder);
  const usage = (await harness.usage(holder)).filter(({ charge }) => charge > 0);
  expect(usage.filter(({ outcome }) => outcome === 'completed')).toHaveLength(30);
  const cut = usage.filter(({ outcome }) => outcome === 'timed_out');
  expect(cut).toHaveLength(30);
  // Each was charged for its prompt and what had come of 900 tokens in about two seconds.
  for (const { charge, completionTokens } of cut) {
    expect(completionTokens).toBeGreaterThan(20);
    expect(completionTokens).toBeLessThan(300);
    expect(charge).toBeGreaterThan(0);
  }
  expect(books.available).toBe(1_000_000 - (await harness.entries(holder)));
  expect(await harness.differences()).toEqual([]);
});

it('no plain request fails while processes are replaced one after the other under load', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const members = [0, 1];
  const failures: string[] = [];
  let sent = 0;
  let running = true;
  const plain = {
    model: 'llama3.2:3b',
    max_tokens: 10,
    messages: [{ role: 'user', content: 'hi [[sandbox: fixed=10,10]]' }],
  };
  const one = (number: number) =>
    new Promise<void>((done) => {
      const { hostname, port } = new URL(harness.url(number));
      const headers = { ...bearer(holder.key), 'content-type': 'application/json' };
      const call = request(
        { agent, hostname, port, method: 'POST', path: '/v1/chat/completions', headers },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => {
            text += part;
          });
          response.on('end', () => {
            if (response.statusCode !== 200) failures.push(`${response.statusCode} ${text}`);
            done();
          });
        },
      );
      call.on('error', (error) => {
        failures.push(error.message);
        done();
      });
      call.end(JSON.stringify(plain));
      sent += 1;
    });
  const worker = async () => {
    while (running) await one(members[sent % members.length]!);
  };
  const workers = Array.from({ length: 8 }, worker);
  for (let round = 0; round < 3; round++) {
    const next = await harness.add();
    const leaving = members[0]!;
    members.push(next);
    const stopped = harness.stop(leaving);
    await new Promise((done) => setTimeout(done, BALANCER_MS));
    members.shift();
    await stopped;
  }
  running = false;
  await Promise.all(workers);
  agent.destroy();
  expect(failures).toEqual([]);
  expect(sent).toBeGreaterThan(50);
  await harness.settledBooks(holder);
  expect((await harness.usage(holder)).filter(({ outcome }) => outcome === 'completed')).toHaveLength(
    sent + 30,
  );
  expect(await harness.differences()).toEqual([]);
});
