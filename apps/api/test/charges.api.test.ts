import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import type { JournalEntry } from '../../sandbox/src/sandbox-server.js';
import { ApiHarness, type Books, bearer, type Holder, type UsageRow } from './api.harness.js';
import { CHARGE_CELLS, type ChargeCell } from './charge-cells.js';
import { type Answer, eventsOf, type Json } from './http-call.js';

const MODEL = 'llama3.2:3b';
const MULTIPLIER = 0.5;
const CREDITS = 10_000;
/** An upstream is let go of within this of its client's leaving. */
const CANCEL_MS = 1_000;
const UPSTREAM_KEY = 'canary-0123456789abcdef';
const TOOLS = [
  {
    type: 'function',
    function: {
      name: 'find_weather',
      parameters: {
        type: 'object',
        properties: { city: { type: 'string' }, days: { type: 'integer' } },
        required: ['city', 'days'],
      },
    },
  },
];

/** What came of a cell, on all sides. */
interface Told {
  prompt: string;
  tools: typeof TOOLS | undefined;
  answer: Answer | undefined;
  /** What the client had received. */
  received: string;
  leftAtMs: number | undefined;
  upstream: JournalEntry;
  books: Books;
  usage: UsageRow[];
  charged: number;
  record: Json;
}

let api: ApiHarness;
const told = new Map<string, Promise<Told>>();

beforeAll(async () => {
  // The finish grace is 5 s: an idle limit under it would end such a stream first.
  api = await ApiHarness.start({
    environment: {
      FIRST_BYTE_SECONDS: '5',
      IDLE_SECONDS: '6',
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
  const upstream = await api.sandbox.waitFor((entry) => isMine(entry) && entry.endedAt !== null);
  const books = await api.settledBooks(holder);
  const usage = await api.usage(holder);
  const charged = await api.entries(holder);
  const { json: record } = await api.call({
    path: `/v1/requests/${usage[0]?.requestId}`,
    headers: bearer(holder.key),
  });
  return { prompt, tools, answer, received: call.text(), leftAtMs, upstream, books, usage, charged, record };
}

/** The output of a stream or a plain answer as its reader sees it. */
function outputOf(text: string): string {
  const parts = text.startsWith('{')
    ? [JSON.parse(text)]
    : eventsOf(text).filter((event) => event !== '[DONE]');
  return parts
    .flatMap((part) => part.choices ?? [])
    .map(({ message, delta }: Json) => {
      const { content, reasoning_content, tool_calls } = message ?? delta ?? {};
      const calls = (tool_calls ?? []).map(({ function: f }: Json) => `${f.name ?? ''}${f.arguments ?? ''}`);
      return `${reasoning_content ?? ''}${content ?? ''}${calls.join('')}`;
    })
    .join('');
}

function expectTokens(tokens: number, wanted: number): void {
  expect(Math.abs(tokens - wanted)).toBeLessThanOrEqual(Math.max(wanted * 0.1, 16));
}

function expectCost(cell: ChargeCell, { prompt, tools, received, upstream, usage }: Told): void {
  const [record] = usage;
  if (cell.cost === 'nothing') {
    expect(record).toMatchObject({ charge: 0, usageSource: 'none' });
    return;
  }
  if (cell.cost === 'counted') {
    expect(record!.usageSource).toBe('counted');
    const promptTokens = 4 + countTokens(prompt) + (tools ? countTokens(JSON.stringify(tools[0])) : 0);
    expectTokens(record!.promptTokens, promptTokens);
    // A client that left may not have read all that was handed to its socket; what the upstream sent is the measure.
    const output = cell.leavesAt === undefined ? outputOf(received) : upstream.textSent;
    expectTokens(record!.completionTokens, countTokens(output));
    expect(record!.completionTokens > 0).toBe(output !== '');
    return;
  }
  expect(record!.usageSource).toBe('reported');
  const { prompt_tokens, completion_tokens } = upstream.usageSent as Json;
  expect(record!.promptTokens).toBe(prompt_tokens);
  if (cell.leavesAt === undefined) expect(record!.completionTokens).toBe(completion_tokens);
  else {
    const lastRead = eventsOf(received.slice(0, received.lastIndexOf('\n\n'))).at(-1).usage;
    expect(record!.completionTokens).toBeGreaterThanOrEqual(lastRead.completion_tokens);
    expect(record!.completionTokens).toBeLessThanOrEqual(completion_tokens);
  }
}

/** Answer, balance, usage record, entries and GET /v1/requests tell one story. */
function expectOneStory(cell: ChargeCell, { books, usage, charged, record, answer, received }: Told): void {
  expect(usage).toHaveLength(1);
  const { charge, promptTokens, completionTokens } = usage[0]!;
  expect(usage[0]).toMatchObject({ outcome: cell.outcome, shortfall: 0, flags: cell.flags ?? [] });
  expect(charge).toBe((promptTokens + completionTokens) * MULTIPLIER);
  expect(charged).toBe(charge);
  expect(books).toEqual({ available: CREDITS - charge, held: 0, openHolds: 0, inFlight: 0 });
  expect(record).toMatchObject({ credits: charge, outcome: cell.outcome, balance_after: CREDITS - charge });
  if (cell.outcome !== 'completed') return;
  const answered = cell.mode === 'plain' ? answer!.json : eventsOf(received).findLast((event) => event.usage);
  expect(answered.usage.credits).toBe(charge);
  expect(answered.usage).toMatchObject({ prompt_tokens: promptTokens, completion_tokens: completionTokens });
  if (cell.mode !== 'plain') return;
  expect(answer!.headers['x-credits-charged']).toBe(String(charge));
  expect(answer!.headers['x-credits-remaining']).toBe(String(CREDITS - charge));
}

function expectAnswer(cell: ChargeCell, answer: Answer): void {
  expect(answer.status).toBe(cell.status);
  if (cell.outcome === 'completed') {
    if (cell.mode === 'plain') return;
    const events = eventsOf(answer.text);
    expect(events.filter((event) => event === '[DONE]')).toHaveLength(1);
    expect(events.at(-1)).toBe('[DONE]');
    expect(events.filter((event) => event.choices?.length === 0)).toHaveLength(
      cell.mode === 'stream' ? 0 : 1,
    );
    return;
  }
  const error = cell.status === 200 ? eventsOf(answer.text).at(-1).error : answer.json.error;
  expect(error).toMatchObject({
    message: expect.any(String),
    type: expect.any(String),
    code: expect.any(String),
  });
  expect(error.code).toBe(cell.code);
  // What the upstream leaked stays with us.
  expect(answer.text).not.toMatch(/127\.0\.0\.1|localhost/);
  expect(answer.text).not.toContain(UPSTREAM_KEY);
  if (cell.status === 503) expect(answer.headers['retry-after']).toBe('7');
}

describe('what a request costs', () => {
  it.each(CHARGE_CELLS.map((cell) => [cell.name, cell] as const))('%s', async (_name, cell) => {
    const result = await told.get(cell.name)!;
    expectOneStory(cell, result);
    expectCost(cell, result);
    if (result.answer) expectAnswer(cell, result.answer);
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
