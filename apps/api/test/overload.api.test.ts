import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ApiHarness, type Holder } from './api.harness.js';
import type { Answer } from './http-call.js';
import { RawClient } from './raw-client.js';

const BODY = JSON.stringify({
  model: 'llama3.2:3b',
  max_tokens: 8,
  messages: [{ role: 'user', content: 'Is there room?' }],
});
/** More than a batch on its way and all that may wait behind it, of one account. */
const FLOOD = 420;

let api: ApiHarness;
let noisy: Holder;
let calm: Holder;

beforeAll(async () => {
  api = await ApiHarness.start({});
  noisy = await api.open(1_000_000);
  calm = await api.open(1_000_000);
});
afterAll(() => api.close());

/** Holds the account's row, so that whatever asks for credits of it waits, for as long as `work` takes. */
async function whileItsRowIsLocked<T>(holder: Holder, work: () => Promise<T>): Promise<T> {
  const client = await api.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM credit_accounts WHERE account_id = $1 FOR UPDATE', [
      holder.accountUuid,
    ]);
    return await work();
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

const head = (key: string) =>
  `POST /v1/chat/completions HTTP/1.1\r\nhost: test\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(BODY)}\r\n\r\n`;

it('more than can be served soon is refused before it is read, and others are not', async () => {
  const answers: Promise<Answer>[] = [];
  const early = new RawClient(api.url(), { reads: true });
  let others: Promise<Answer> | undefined;
  await whileItsRowIsLocked(noisy, async () => {
    for (let i = 0; i < FLOOD; i++) answers.push(api.chat(noisy, BODY));
    const refused = await Promise.race(answers);
    expect(refused).toMatchObject({
      status: 503,
      json: { error: { code: 'overloaded', type: 'api_error' } },
    });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    early.send(head(noisy.key));
    await early.until(/^HTTP\/1.1 503 .*"code":"overloaded"/s);
    // There is still a place for somebody else.
    others = api.chat(calm, BODY);
  });
  expect((await others)!.status).toBe(200);
  // What was refused unread is taken in all the same: its connection is good for the next request.
  early.send(`${BODY}${head(calm.key)}${BODY}`);
  await early.until(/HTTP\/1.1 200 /);
  expect(early.received.match(/HTTP\/1.1 /g)).toHaveLength(2);
  early.end();
  const served = (await Promise.all(answers)).filter(({ status }) => status === 200).length;
  expect(served).toBeLessThan(FLOOD);
  // Two of the other account's.
  expect(api.sandbox.journal).toHaveLength(served + 2);
  await api.settledBooks(noisy);
  expect(await api.differences()).toEqual([]);
});
