import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { idFromUuid, toCredits, toMilli } from '#common';
import { LedgerHarness, type LedgerProcess, reserveInput, settleInput } from '../ledger.harness.js';
import { RequestListRepository } from './request-list.repository.js';
import { RequestListService } from './request-list.service.js';
import { UsageBreakdownRepository } from './usage-breakdown.repository.js';
import { UsageBreakdownService } from './usage-breakdown.service.js';
import { UsageCsvService } from './usage-csv.service.js';
import { NO_KEY, OUTCOMES, readUsageFilter, type UsageFilter, type UsageQuery } from './usage-filter.js';

const FILTERS = 200;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MODELS = ['test:1b', 'test:7b', 'other/model', '=cmd()'];
const KEYS = [randomUUID(), randomUUID(), randomUUID(), null];
const ENDS = ['settle', 'settle', 'settle', 'settle', 'release', 'expire'] as const;

let harness: LedgerHarness;
let process: LedgerProcess;
let account: string;
let breakdown: UsageBreakdownService;
let list: RequestListService;
let csv: UsageCsvService;
let nowMs: number;

const pick = <T>(list: readonly T[]): T => list[randomInt(list.length)]!;

/** Sixty days of requests, a third of their days rolled up, then some that were settled late into rolled-up days. */
beforeAll(async () => {
  harness = await LedgerHarness.create();
  process = await harness.startProcess();
  account = await harness.account(100_000_000n);
  const other = await harness.account(100_000_000n);
  for (let round = 0; round < 40; round++) {
    const expired: ReturnType<typeof reserveInput>[] = [];
    await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const input = reserveInput(i % 7 === 0 ? other : account, {
          keyUuid: pick(KEYS),
          model: pick(MODELS),
          multiplierMilli: randomInt(1, 4_000),
        });
        await process.ledger.reserve(input);
        const end = pick(ENDS);
        const completionTokens = randomInt(15);
        await process.ledger.settle(
          settleInput(input, { end, completionTokens, promptTokens: randomInt(12) }),
        );
        if (end === 'expire') expired.push(input);
      }),
    );
    await harness.moveClock(`${randomInt(1, 71)} hours`);
    if (round === 13) await harness.pool.query('SELECT billing_make_days()');
    if (expired[0] && round % 3 === 0) await process.ledger.settle(settleInput(expired[0]));
  }
  breakdown = new UsageBreakdownService(new UsageBreakdownRepository(harness.pool));
  list = new RequestListService(new RequestListRepository(harness.pool));
  csv = new UsageCsvService(list);
  const { rows } = await harness.pool.query('SELECT app_now() AS now');
  nowMs = rows[0].now.getTime();
});
afterAll(() => harness.close());

function randomQuery(): UsageQuery {
  const unitMs = pick([HOUR_MS, DAY_MS, DAY_MS]);
  const toMs = (Math.floor(nowMs / unitMs) + 1 - randomInt(40)) * unitMs;
  const fromMs = toMs - randomInt(1, 70) * unitMs;
  const text = (ms: number) =>
    ms % DAY_MS === 0 ? new Date(ms).toISOString().slice(0, 10) : new Date(ms).toISOString();
  const key = pick(KEYS);
  return {
    from: text(fromMs),
    to: text(toMs),
    ...(randomInt(2) ? { model: pick([...MODELS, 'nobody:1b']) } : {}),
    ...(randomInt(2) ? { key: key === null ? 'playground' : idFromUuid('key', key) } : {}),
    ...(randomInt(3) === 0 ? { outcome: pick(OUTCOMES) } : {}),
  };
}

/** What the ledger's own entries say, with nothing of the rollups in it. */
async function fromEntries(filter: UsageFilter): Promise<{ credits: number; requests: number }> {
  const { rows } = await harness.pool.query(
    `SELECT (SELECT coalesce(sum(e.amount), 0) FROM ledger_entries e
         JOIN usage_records u ON u.account_id = e.account_id AND u.request_id::text = e.reference
         WHERE e.account_id = $1 AND e.kind = 'charge' AND e.created_at >= $2 AND e.created_at < $3
           AND ($4::text IS NULL OR u.model = $4) AND ($5::uuid IS NULL OR coalesce(u.key_id, $7) = $5)
           AND ($6::text IS NULL OR u.outcome = $6)) AS charge,
       (SELECT count(*) FROM usage_records u WHERE u.account_id = $1 AND u.settled_at >= $2 AND u.settled_at < $3
           AND ($4::text IS NULL OR u.model = $4) AND ($5::uuid IS NULL OR coalesce(u.key_id, $7) = $5)
           AND ($6::text IS NULL OR u.outcome = $6)) AS requests`,
    [filter.accountUuid, filter.from, filter.to, filter.model, filter.keyUuid, filter.outcome, NO_KEY],
  );
  return { credits: toCredits(BigInt(rows[0].charge)), requests: Number(rows[0].requests) };
}

const creditsOf = (list: { credits: number }[]) =>
  toCredits(list.reduce((sum, one) => sum + toMilli(one.credits), 0n));

async function fromCsv(filter: UsageFilter) {
  let text = '';
  for await (const piece of csv.pieces(filter)) text += piece;
  const [head, ...lines] = text.trimEnd().split('\r\n');
  const at = head!.split(',').indexOf('credits');
  return {
    credits: creditsOf(lines.map((line) => ({ credits: Number(line.split(',')[at]) }))),
    requests: lines.length,
  };
}

async function fromPages(filter: UsageFilter): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await list.page(filter, { cursor, limit: 7 });
    ids.push(...page.requests.map((row) => row.request_id));
    cursor = page.next ?? undefined;
  } while (cursor);
  return ids;
}

it(`${FILTERS} random filters come to the same by the ledger's entries, on the page and in the CSV, to the millicredit`, async () => {
  let matched = 0;
  for (let i = 0; i < FILTERS; i++) {
    const query = randomQuery();
    const filter = readUsageFilter(account, query, new Date(nowMs));
    const expected = await fromEntries(filter);
    const usage = await breakdown.breakdown(filter);
    const { credits, requests } = usage.totals;
    expect({ query, credits, requests }).toEqual({ query, ...expected });
    for (const part of [
      usage.byModel,
      usage.byKey,
      usage.byOutcome,
      usage.buckets.flatMap((one) => one.models),
    ]) {
      expect({ query, credits: creditsOf(part) }).toEqual({ query, credits: expected.credits });
    }
    expect({ query, ...(await fromCsv(filter)) }).toEqual({ query, ...expected });
    if (expected.requests > 0) matched += 1;
  }
  expect(matched).toBeGreaterThan(FILTERS / 4);
});

it('pages give each request once, newest first, also those of one microsecond', async () => {
  for (let i = 0; i < 20; i++) {
    const filter = readUsageFilter(account, i === 0 ? {} : randomQuery(), new Date(nowMs));
    const { rows } = await harness.pool.query(
      `SELECT request_id FROM usage_records u WHERE u.account_id = $1 AND u.settled_at >= $2 AND u.settled_at < $3
         AND ($4::text IS NULL OR u.model = $4) AND ($5::uuid IS NULL OR coalesce(u.key_id, $7) = $5)
         AND ($6::text IS NULL OR u.outcome = $6) ORDER BY settled_at DESC, request_id DESC`,
      [filter.accountUuid, filter.from, filter.to, filter.model, filter.keyUuid, filter.outcome, NO_KEY],
    );
    expect(await fromPages(filter)).toEqual(rows.map((row) => row.request_id));
  }
});

it.each([
  'x',
  '',
  'bm90IGEgY3Vyc29y',
  'MjAyNi0wMi0zMFQwMDowMDowMC4wMDAwMDBafjAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwLTAwMDAwMDAwMDAwMA',
  'MjAyNi0wMi0yMFQwMDowMDowMC4wMDAwMDBafi0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLQ',
  'MjAyNi0xMy0wMVQwMDowMDowMC4wMDAwMDBafjAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwLTAwMDAwMDAwMDAwMA',
])('a cursor that no page gave (%j) is refused or ignored, never a failure of ours', async (cursor) => {
  const filter = readUsageFilter(account, {}, new Date(nowMs));
  const page = list.page(filter, { cursor, limit: 5 });
  if (cursor === '') expect((await page).requests).toHaveLength(5);
  else await expect(page).rejects.toMatchObject({ code: 'invalid_value', detail: { param: 'cursor' } });
});

it.each([
  [{ from: '2026-11-01', to: '2026-11-01' }, 'from'],
  [{ from: '2024-01-01', to: '2026-01-01' }, 'from'],
  [{ from: '2026-11-01T00:30:00Z' }, 'from'],
  [{ to: 'yesterday' }, 'to'],
  [{ key: 'key_1' }, 'key'],
  [{ model: 'a\0b' }, 'model'],
  [{ outcome: 'fine' }, 'outcome'],
])('the filter %j is refused, naming %s', (query, param) => {
  expect(() => readUsageFilter(account, query, new Date('2026-11-25T12:00:00Z'))).toThrow(
    expect.objectContaining({ code: 'invalid_value', detail: { param } }),
  );
});
