import { expect } from '@jest/globals';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import type { JournalEntry } from '../../sandbox/src/sandbox-server.js';
import type { Books, UsageRow } from './api.harness.js';
import type { ChargeCell } from './charge-cells.js';
import { type Answer, eventsOf, type Json } from './http-call.js';

const MULTIPLIER = 0.5;
export const CREDITS = 10_000;
export const UPSTREAM_KEY = 'canary-0123456789abcdef';
export const TOOLS = [
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
export interface Told {
  prompt: string;
  tools: typeof TOOLS | undefined;
  answer: Answer | undefined;
  /** What the client had received. */
  received: string;
  leftAtMs: number | undefined;
  tookMs: number;
  upstream: JournalEntry;
  books: Books;
  usage: UsageRow[];
  charged: number;
  record: Json;
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

export function expectCost(cell: ChargeCell, { prompt, tools, received, upstream, usage }: Told): void {
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
export function expectOneStory(
  cell: ChargeCell,
  { books, usage, charged, record, answer, received }: Told,
): void {
  expect(usage).toHaveLength(1);
  const { charge, promptTokens, completionTokens } = usage[0]!;
  expect(usage[0]).toMatchObject({ outcome: cell.outcome, shortfall: 0, flags: cell.flags ?? [] });
  expect(charge).toBe((promptTokens + completionTokens) * MULTIPLIER);
  expect(charged).toBe(charge);
  expect(books).toEqual({ available: CREDITS - charge, held: 0, openHolds: 0, inFlight: 0 });
  expect(record).toMatchObject({ credits: charge, outcome: cell.outcome, balance_after: CREDITS - charge });
  // One that broke off failed, whatever it had sent until then.
  if (cell.outcome === 'upstream_broke') expect(record.attempts.at(-1).failure).toEqual(expect.any(String));
  if (cell.outcome !== 'completed') return;
  const answered = cell.mode === 'plain' ? answer!.json : eventsOf(received).findLast((event) => event.usage);
  expect(answered.usage.credits).toBe(charge);
  expect(answered.usage).toMatchObject({ prompt_tokens: promptTokens, completion_tokens: completionTokens });
  if (cell.mode !== 'plain') return;
  expect(answer!.headers['x-credits-charged']).toBe(String(charge));
  expect(answer!.headers['x-credits-remaining']).toBe(String(CREDITS - charge));
}

export function expectAnswer(cell: ChargeCell, answer: Answer): void {
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
