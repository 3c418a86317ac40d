import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toMilli } from '#common';
import { ApiHarness, type Holder } from './api.harness.js';

/** The long form is fifty. */
const ROUNDS = Number(process.env.HERD_ROUNDS ?? 3);
const REQUESTS = 200;
const OUTPUT_TOKENS = 100;
const BODY = JSON.stringify({
  model: 'llama3.2:3b',
  messages: [{ role: 'user', content: 'Is anything left for me?' }],
  max_tokens: OUTPUT_TOKENS,
});
/** What is held for a prompt: half the body's bytes and 8 a message. The upstream reports exactly that. */
const PROMPT_TOKENS = Math.ceil(Buffer.byteLength(BODY) / 2) + 8;
/** llama3.2:3b costs half a credit a token. */
const COST = (PROMPT_TOKENS + OUTPUT_TOKENS) / 2;

interface Herd {
  /** What each served request was told it cost. */
  credits: number[];
  refusals: { status: number; code: string }[];
  reachedUpstream: number;
}

let api: ApiHarness;
const refusalMs: number[] = [];

/** Two hundred requests released together over both APIs. */
async function release(holder: Holder): Promise<Herd> {
  api.sandbox.clearJournal();
  const herd: Herd = { credits: [], refusals: [], reachedUpstream: 0 };
  await Promise.all(
    Array.from({ length: REQUESTS }, async (_, number) => {
      const startedAt = performance.now();
      const { status, json } = await api.chat(holder, BODY, number);
      if (status === 200) herd.credits.push(json.usage.credits);
      else {
        refusalMs.push(performance.now() - startedAt);
        herd.refusals.push({ status, code: json.error.code });
      }
    }),
  );
  herd.reachedUpstream = api.sandbox.journal.length;
  return herd;
}

function expectServed(herd: Herd, k: number, codes: string[]): void {
  expect(herd.credits).toEqual(Array.from({ length: k }, () => COST));
  expect(herd.reachedUpstream).toBe(k);
  expect(herd.refusals).toHaveLength(REQUESTS - k);
  for (const refusal of herd.refusals) {
    expect(refusal.status).toBe(402);
    expect(codes).toContain(refusal.code);
  }
}

beforeAll(async () => {
  api = await ApiHarness.start({ apis: 2 });
  api.sandbox.setScript(`fixed=${PROMPT_TOKENS},${OUTPUT_TOKENS}`);
});
afterAll(() => api.close());

describe('two hundred requests released together over two APIs', () => {
  afterAll(() => {
    refusalMs.sort((one, other) => one - other);
    const p99 = refusalMs[Math.floor(refusalMs.length * 0.99)] ?? 0;
    console.log(`${refusalMs.length} refusals, p99 ${p99.toFixed(0)} ms in a herd of ${REQUESTS}`);
  });

  it.each([0, 1, 10])(
    'are served exactly %d times with credit for as many, and the balance ends at zero',
    async (k) => {
      for (let round = 0; round < ROUNDS; round++) {
        const holder = await api.open(COST * k);
        const herd = await release(holder);
        // Once the lucky ones have settled, nothing is held and nothing is left.
        expectServed(herd, k, ['insufficient_credits', ...(k > 0 ? ['held_by_requests_in_flight'] : [])]);
        expect(await api.settledBooks(holder)).toEqual({ available: 0, held: 0, openHolds: 0, inFlight: 0 });
        expect(await api.entries(holder)).toBe(COST * k);
        expect(await api.usage(holder)).toHaveLength(k);
      }
    },
  );

  it.each([0, 1, 10])('of a rich account are served %d times by a key budget for as many', async (k) => {
    for (let round = 0; round < ROUNDS; round++) {
      const owner = await api.open(COST * 1_000);
      // A budget is never zero: this one is short of a single token.
      const budgetMillicredits = k === 0 ? 1n : toMilli(COST * k);
      const holder = await api.addKey(owner, { budgetMillicredits, budgetReset: 'daily' });
      expectServed(await release(holder), k, ['key_budget_exhausted']);
      const left = { available: COST * (1_000 - k), held: 0, openHolds: 0, inFlight: 0 };
      expect(await api.settledBooks(holder)).toEqual(left);
    }
  });

  it('of a rich account without a budget are all served', async () => {
    const holder = await api.open(COST * 1_000);
    expectServed(await release(holder), REQUESTS, []);
    expect(await api.settledBooks(holder)).toMatchObject({ available: COST * 800, held: 0, inFlight: 0 });
  });

  it('leave books that add up', async () => {
    expect(await api.differences()).toEqual([]);
  });
});

const LOCK =
  /PERFORM 1 FROM credit_accounts WHERE account_id = ANY \(p_accounts\) ORDER BY account_id FOR NO KEY UPDATE;/;

/** Both APIs decide before either writes: what happens by chance without the lock happens each time. */
const DECIDE_TOGETHER = `
  CREATE FUNCTION decide_together() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_advisory_lock_shared(1);
    FOR i IN 1..500 LOOP
      EXIT WHEN (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 1) > 1;
      PERFORM pg_sleep(0.001);
    END LOOP;
    PERFORM pg_sleep(0.005);
    PERFORM pg_advisory_unlock_shared(1);
    RETURN NULL;
  END $$;
  CREATE TRIGGER decide_together BEFORE INSERT ON holds FOR EACH STATEMENT EXECUTE FUNCTION decide_together()`;

const MOST_SABOTAGED_HERDS = 20;

/**
 * Last in this file: the database is of no use after it. Only a budget can be overrun like this: an account's own
 * credits have a CHECK as a second guard, which libs/billing tests by removing it as well.
 */
describe('without the lock on the account (sabotage)', () => {
  beforeAll(async () => {
    const { rows } = await api.pool.query(`SELECT pg_get_functiondef('billing_reserve'::regproc) AS source`);
    expect(rows[0].source).toMatch(LOCK);
    await api.pool.query(rows[0].source.replace(LOCK, ''));
    await api.pool.query(DECIDE_TOGETHER);
  });

  it('a key budget is overrun, and this test sees it', async () => {
    const owner = await api.open(COST * 10_000);
    // Whether the two decide at the same moment is up to the machine; that they do in one of these is not.
    for (let round = 0; round < MOST_SABOTAGED_HERDS; round++) {
      const budget = { budgetMillicredits: toMilli(COST * 10), budgetReset: 'daily' as const };
      const herd = await release(await api.addKey(owner, budget));
      if (herd.reachedUpstream <= 10) continue;
      expect(() => expectServed(herd, 10, ['key_budget_exhausted'])).toThrow();
      return;
    }
    throw new Error(`${MOST_SABOTAGED_HERDS} herds without a lock, and none overran its budget`);
  });
});
