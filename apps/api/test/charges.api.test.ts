import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import type { JournalEntry } from '../../sandbox/src/sandbox-server.js';
import { ApiHarness, bearer, type Holder } from './api.harness.js';
import { CHARGE_CELLS, type ChargeCell } from './charge-cells.js';
import {
  CREDITS,
  expectAnswer,
  expectCost,
  expectOneStory,
  TOOLS,
  type Told,
  UPSTREAM_KEY,
} from './charge-expectations.js';

const MODEL = 'llama3.2:3b';
/** A stream that has finished ends after 5 s of silence, and not by the idle limit, which is set to 7 here. */
const GRACE_MS = 6_000;
/** An upstream is let go of within this of its client's leaving. */
const CANCEL_MS = 1_000;

let api: ApiHarness;
const told = new Map<string, Promise<Told>>();

beforeAll(async () => {
  // The finish grace is 5 s: an idle limit under it would end such a stream first.
  api = await ApiHarness.start({
    environment: {
      FIRST_BYTE_SECONDS: '5',
      IDLE_SECONDS: '7',
      MAX_REQUEST_SECONDS: '8',
      UPSTREAM_API_KEY: UPSTREAM_KEY,
    },
  });
  // All at once: most of them only wait.
  for (const [number, cell] of CHARGE_CELLS.entries()) {
    const running = run(cell, number);
    running.catch(() => undefined);
    told.set(cell.name, running);
  }
});
afterAll(() => api.close());

async function run(cell: ChargeCell, number: number): Promise<Told> {
  const holder = await api.open(CREDITS);
  const prompt = `Cell ${number}. [[sandbox: ${cell.script}]]`;
  const tools = cell.script.startsWith('tool;') ? TOOLS : undefined;
  const startedAtMs = Date.now();
  const call = api.openChat(holder, {
    model: MODEL,
    messages: [{ role: 'user', content: prompt }],
    ...(cell.mode !== 'plain' && { stream: true }),
    ...(cell.mode === 'stream with usage' && { stream_options: { include_usage: true } }),
    ...(tools && { tools }),
  });
  const isMine = ({ receivedBody }: JournalEntry) => receivedBody.includes(`Cell ${number}.`);
  let leftAtMs: number | undefined;
  if (cell.leavesAt !== undefined) {
    if (cell.leavesAt === '') await api.sandbox.waitFor(isMine);
    else await call.until(cell.leavesAt);
    leftAtMs = Date.now();
    call.leave();
  }
  const answer = leftAtMs === undefined ? await call.ended : undefined;
  const tookMs = Date.now() - startedAtMs;
  const upstream = await api.sandbox.waitFor((entry) => isMine(entry) && entry.endedAt !== null);
  const books = await api.settledBooks(holder);
  const usage = await api.usage(holder);
  const charged = await api.entries(holder);
  const { json: record } = await api.call({
    path: `/v1/requests/${usage[0]?.requestId}`,
    headers: bearer(holder.key),
  });
  return {
    prompt,
    tools,
    answer,
    received: call.text(),
    leftAtMs,
    tookMs,
    upstream,
    books,
    usage,
    charged,
    record,
  };
}

describe('what a request costs', () => {
  it.each(CHARGE_CELLS.map((cell) => [cell.name, cell] as const))('%s', async (_name, cell) => {
    const result = await told.get(cell.name)!;
    expectOneStory(cell, result);
    expectCost(cell, result);
    if (result.answer) expectAnswer(cell, result.answer);
    if (cell.script.includes('-after-finish')) expect(result.tookMs).toBeLessThan(GRACE_MS);
    if (result.leftAtMs === undefined) return;
    expect(result.upstream.outcome).toBe('peer-closed');
    expect(result.upstream.peerClosedAt! - result.leftAtMs).toBeLessThan(CANCEL_MS);
  });

  it('all of it, when a client leaves a plain request that its upstream has answered', async () => {
    const holder = await api.open(CREDITS);
    const call = api.openChat(holder, {
      model: MODEL,
      messages: [{ role: 'user', content: 'Paid in full. [[sandbox: first-byte-ms=300; fixed=20,30]]' }],
    });
    const isMine = ({ receivedBody }: JournalEntry) => receivedBody.includes('Paid in full');
    await api.sandbox.waitFor(isMine);
    // The settlement has to wait for this lock, so that the client leaves between the answer and its charge.
    const client = await api.pool.connect();
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM credit_accounts WHERE account_id = $1 FOR UPDATE', [
      holder.accountUuid,
    ]);
    await api.sandbox.waitFor((entry) => isMine(entry) && entry.outcome === 'answered');
    await settlementWaits();
    call.leave();
    await client.query('COMMIT');
    client.release();
    expect(await api.settledBooks(holder)).toMatchObject({ available: CREDITS - 25, held: 0 });
    expect(await api.usage(holder)).toMatchObject([
      { charge: 25, outcome: 'completed', usageSource: 'reported' },
    ]);
  });

  it('adds up over all of them', async () => {
    await Promise.all(told.values());
    expect(await api.differences()).toEqual([]);
  });
});

/** Resolves when a settlement stands before the lock. */
async function settlementWaits(): Promise<void> {
  const WAITING = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%billing_settle%' AND datname = current_database()`;
  while ((await api.pool.query(WAITING)).rowCount === 0);
}

describe('an amount', () => {
  const spend = (holder: Holder, model: string, script: string, more: object = {}) =>
    api.chat(holder, {
      model,
      messages: [{ role: 'user', content: `Hello. [[sandbox: ${script}]]` }],
      ...more,
    });

  it.each([
    ['157 tokens of a model at 0.5', MODEL, 'fixed=57,100', 78.5],
    ['1,000 tokens of a model at 1.5', 'gemma2:9b', 'fixed=400,600', 1_500],
  ])(
    'of %s is the same in answer, headers, balance, record and entry',
    async (_name, model, script, credits) => {
      const holder = await api.open(CREDITS);
      const answer = await spend(holder, model, script, { max_tokens: 600 });
      expect(answer).toMatchObject({ status: 200, json: { usage: { credits } } });
      expect(answer.headers).toMatchObject({
        'x-credits-charged': String(credits),
        'x-credits-remaining': String(CREDITS - credits),
      });
      expect(await api.settledBooks(holder)).toMatchObject({ available: CREDITS - credits, held: 0 });
      expect(await api.usage(holder)).toMatchObject([{ charge: credits, shortfall: 0 }]);
      expect(await api.entries(holder)).toBe(credits);
      const { json } = await api.call({ path: '/v1/usage', headers: bearer(holder.key) });
      expect(json).toMatchObject({ data: [{ model, requests: 1, credits }], total: { credits } });
      const subscription = await api.call({ path: '/api/billing/subscription', headers: bearer(holder.key) });
      expect(subscription.json).toMatchObject({ credits: CREDITS - credits, held: 0 });
    },
  );

  it('of a new account’s 1,000 credits buys a useful answer from a model of each text tier', async () => {
    const { rows } = await api.pool.query(
      `SELECT DISTINCT ON (m.tier) m.id, m.tier, x.multiplier_milli::int AS milli FROM models m JOIN multipliers x ON x.tier = m.tier
       WHERE m.category <> 'embedding' AND m.state = 'active' ORDER BY m.tier, m.id`,
    );
    expect(rows).toHaveLength(4);
    for (const { id, milli } of rows) {
      const holder = await api.open(1_000);
      const content = 'Tell me about the sea. '.repeat(16);
      expect(countTokens(content)).toBeLessThanOrEqual(100);
      const answer = await api.chat(holder, { model: id, messages: [{ role: 'user', content }] });
      expect([id, answer.status]).toEqual([id, 200]);
      const allowed = Number(answer.headers['x-max-tokens-applied'] ?? Number.POSITIVE_INFINITY);
      const affordable = 1_000_000 / milli - Math.ceil(countTokens(content) * 1.2 + 8);
      expect([id, allowed >= Math.min(1_024, affordable - 256)]).toEqual([id, true]);
      expect(allowed).toBeGreaterThanOrEqual(128);
    }
  });

  it('of the reference’s sample request, 500 tokens at 1.5, can be spent three times in a row', async () => {
    const holder = await api.open(1_000);
    for (let time = 0; time < 3; time++) {
      const answer = await api.chat(holder, {
        model: 'gemma2:9b',
        messages: [{ role: 'user', content: `Say hello, ${time}.` }],
        max_tokens: 500,
      });
      expect([time, answer.status]).toEqual([time, 200]);
    }
  });
});
