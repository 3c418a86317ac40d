import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { LedgerHarness, type LedgerProcess, reserveInput, uuidOf } from './ledger.harness.js';
import { findDifferences } from './ledger-proof.service.js';

/**
 * The decision of billing_reserve for one request and one grant, as the single statement it must never become.
 * It locks first, as it should, and still reads grants and budget as they were before it waited for the lock.
 */
const PLAIN_CTE = `
  WITH locked AS (
    SELECT account_id FROM credit_accounts WHERE account_id = $1 FOR NO KEY UPDATE
  ), grants AS (
    SELECT g.id, g.available FROM locked JOIN credit_grants g USING (account_id) WHERE g.live
  ), budget AS (
    SELECT $6::bigint - coalesce((SELECT spent + held FROM key_spending WHERE key_id = $5 AND period = 'life'), 0) AS room
    FROM locked
  ), decided AS (
    SELECT id, available - $4::bigint AS left_over FROM grants, budget WHERE available >= $4 AND room >= $4
  ), held AS (
    INSERT INTO holds (request_id, account_id, key_id, model, multiplier_milli, prompt_tokens, wanted_tokens, granted_tokens,
      amount, draw_grants, draw_amounts, budget_limit, budget_period, process_id, reserved_at, expires_at)
    SELECT $2, $1, $5, 'test:1b', 1000, 0, $4 / 1000, $4 / 1000, $4, ARRAY[id], ARRAY[$4], $6, 'life', $3, app_now(),
      now() + interval '15 minutes'
    FROM decided RETURNING key_id
  ), counted AS (
    UPDATE credit_accounts SET in_flight = in_flight + 1, window_requests = window_requests + 1
    WHERE account_id = $1 AND EXISTS (SELECT 1 FROM held)
  ), spending AS (
    INSERT INTO key_spending (key_id, period, held) SELECT key_id, 'life', $4 FROM held
    ON CONFLICT (key_id, period) DO UPDATE SET held = key_spending.held + excluded.held
  ), drawn AS (
    UPDATE credit_grants g SET available = d.left_over, held = g.held + $4, live = d.left_over + g.held + $4 > 0
    FROM decided d WHERE g.id = d.id
  )
  SELECT count(*)::int AS admitted FROM held`;

/** One grant and one hold of 20,000 in flight; what settling it uses; what the waiting reserve then asks for. */
interface Race {
  credits: bigint;
  usedTokens: number;
  wanted: bigint;
  budget: bigint;
}
const AT_ZERO: Race = { credits: 30_000n, usedTokens: 30, wanted: 10_000n, budget: 1_000_000n };
const RETURNING: Race = { credits: 50_000n, usedTokens: 15, wanted: 20_000n, budget: 1_000_000n };
const ON_BUDGET: Race = { credits: 90_000n, usedTokens: 28, wanted: 10_000n, budget: 30_000n };

let harness: LedgerHarness;
let first: LedgerProcess;
let settling: pg.Client;
let reserving: pg.Client;

beforeAll(async () => {
  harness = await LedgerHarness.create();
  first = await harness.startProcess();
});
afterAll(() => harness.close());
beforeEach(async () => {
  [settling, reserving] = [
    new pg.Client({ connectionString: harness.url }),
    new pg.Client({ connectionString: harness.url }),
  ];
  await Promise.all([settling.connect(), reserving.connect()]);
});
afterEach(() => Promise.all([settling.end(), reserving.end()]));

async function pidOf(client: pg.Client): Promise<number> {
  return (await client.query('SELECT pg_backend_pid() AS pid')).rows[0].pid;
}

async function waitsFor(waiting: number, blocking: number): Promise<void> {
  for (;;) {
    const { rows } = await harness.pool.query('SELECT $2 = ANY (pg_blocking_pids($1)) AS waits', [
      waiting,
      blocking,
    ]);
    if (rows[0].waits) return;
  }
}

type Reserve = (account: string, key: string, race: Race) => Promise<boolean>;

const asPlainCte: Reserve = async (account, key, race) => {
  const { rows } = await reserving.query(PLAIN_CTE, [
    account,
    randomUUID(),
    uuidOf(first.heartbeat.processId),
    race.wanted.toString(),
    key,
    race.budget.toString(),
  ]);
  return rows[0].admitted === 1;
};

const asFunction: Reserve = async (account, key, race) => {
  const member = { i: 0, r: randomUUID(), a: account, k: key, m: 'test:1b', x: 1000, p: 0, c: 1, s: false };
  const tokens = Number(race.wanted / 1000n);
  const { rows } = await reserving.query('SELECT billing_reserve($1, $2, $3, 900) AS answers', [
    JSON.stringify([{ ...member, w: tokens, l: tokens, b: race.budget.toString() }]),
    [account],
    uuidOf(first.heartbeat.processId),
  ]);
  return rows[0].answers[0].s === 'held';
};

/** The interleaving: a settlement has decided and not committed, a reserve waits for it, then it commits. */
async function run(race: Race, reserve: Reserve) {
  const account = await harness.account(race.credits);
  const key = randomUUID();
  const input = reserveInput(account, { keyUuid: key, budgetMillicredits: race.budget });
  await first.ledger.reserve(input);
  const [settlingPid, reservingPid] = [await pidOf(settling), await pidOf(reserving)];
  await settling.query('BEGIN');
  await settling.query('SELECT billing_settle($1, $2)', [
    JSON.stringify([
      {
        i: 0,
        r: uuidOf(input.requestId),
        a: account,
        e: 'settle',
        p: 0,
        c: race.usedTokens,
        us: 'reported',
        oc: 'completed',
      },
    ]),
    [account],
  ]);
  const waiting = reserve(account, key, race);
  await waitsFor(reservingPid, settlingPid);
  await settling.query('COMMIT');
  const admitted = await waiting;
  const { rows } = await harness.pool.query(
    'SELECT spent + held AS used FROM key_spending WHERE key_id = $1',
    [key],
  );
  const client = await harness.pool.connect();
  const found = await findDifferences(client).finally(() => client.release());
  const { rows: grants } = await harness.pool.query(
    'SELECT id::text FROM credit_grants WHERE account_id = $1',
    [account],
  );
  return {
    admitted,
    ...(await harness.balance(account)),
    used: BigInt(rows[0].used),
    conserved: !found.some((one) => one.check === 'grant_conservation' && one.subject === grants[0].id),
  };
}

describe('a reserve that waited while a settlement committed', () => {
  it('is refused when the settlement took the last credit', async () => {
    expect(await run(AT_ZERO, asFunction)).toMatchObject({
      admitted: false,
      available: 0n,
      held: 0n,
      conserved: true,
    });
  });

  it('keeps what the settlement returned', async () => {
    expect(await run(RETURNING, asFunction)).toMatchObject({
      admitted: true,
      available: 15_000n,
      held: 20_000n,
      conserved: true,
    });
  });

  it("is refused when the settlement took the key's budget", async () => {
    expect(await run(ON_BUDGET, asFunction)).toMatchObject({
      admitted: false,
      used: 28_000n,
      conserved: true,
    });
  });

  it('is admitted when the settlement returned what it needs', async () => {
    const race = { credits: 20_000n, usedTokens: 5, wanted: 15_000n, budget: 1_000_000n };
    expect(await run(race, asFunction)).toMatchObject({ admitted: true, available: 0n, held: 15_000n });
  });
});

describe('the same decision as one plain statement goes wrong in that interleaving (sabotage)', () => {
  it('admits at zero and so makes money', async () => {
    expect(await run(AT_ZERO, asPlainCte)).toMatchObject({ admitted: true, held: 10_000n, conserved: false });
  });

  it('loses what the settlement returned', async () => {
    expect(await run(RETURNING, asPlainCte)).toMatchObject({
      admitted: true,
      available: 10_000n,
      conserved: false,
    });
  });

  it('overruns a budget', async () => {
    expect(await run(ON_BUDGET, asPlainCte)).toMatchObject({ admitted: true, used: 38_000n });
  });
});
