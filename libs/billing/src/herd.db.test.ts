import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerHarness, type LedgerProcess, reserveInput, settleInput } from './ledger.harness.js';
import type { ReserveInput } from './ledger-contract.js';

const REQUESTS = 200;
const ROUNDS = 5;
/** What `reserveInput` holds and the settlement below uses: ten prompt and ten output tokens at 1.0. */
const COST = 20_000n;

async function twoProcesses(harness: LedgerHarness): Promise<LedgerProcess[]> {
  return [await harness.startProcess(), await harness.startProcess()];
}

/** Releases the requests together over both processes; the inputs of those that were admitted, and the other codes. */
async function race(processes: LedgerProcess[], account: string, more: Partial<ReserveInput> = {}) {
  const served: ReserveInput[] = [];
  const refusals: string[] = [];
  await Promise.all(
    Array.from({ length: REQUESTS }, async (_, i) => {
      const input = reserveInput(account, more);
      try {
        await processes[i % processes.length]!.ledger.reserve(input);
        served.push(input);
      } catch (error) {
        refusals.push((error as { code: string }).code);
      }
    }),
  );
  return { served, refusals };
}

async function settleAll(processes: LedgerProcess[], served: ReserveInput[]): Promise<void> {
  await Promise.all(
    served.map((input, i) => processes[i % 2]!.ledger.settle(settleInput(input, { completionTokens: 10 }))),
  );
}

describe('two hundred requests over two processes', () => {
  let harness: LedgerHarness;
  let processes: LedgerProcess[];
  beforeAll(async () => {
    harness = await LedgerHarness.create();
    processes = await twoProcesses(harness);
  });
  afterAll(() => harness.close());

  it.each([0, 1, 10])(
    'are admitted exactly %d times with credit for as many, and the balance ends at zero',
    async (k) => {
      for (let round = 0; round < ROUNDS; round++) {
        const account = await harness.account(COST * BigInt(k));
        const { served, refusals } = await race(processes, account);
        expect(served).toHaveLength(k);
        expect(refusals).toHaveLength(REQUESTS - k);
        const codes = k > 0 ? ['held_by_requests_in_flight'] : ['insufficient_credits'];
        expect([...new Set(refusals)]).toEqual(codes);
        await settleAll(processes, served);
        expect(await harness.balance(account)).toEqual({ available: 0n, held: 0n, debt: 0n });
        const { rowCount } = await harness.pool.query(
          `SELECT 1 FROM holds WHERE account_id = $1 AND state = 'open'`,
          [account],
        );
        expect(rowCount).toBe(0);
      }
    },
  );

  it.each([0, 1, 10])(
    'of a rich account are admitted exactly %d times by a key budget for as many',
    async (k) => {
      for (let round = 0; round < ROUNDS; round++) {
        const account = await harness.account(COST * 1_000n);
        const key = randomUUID();
        const { served, refusals } = await race(processes, account, {
          keyUuid: key,
          budgetMillicredits: COST * BigInt(k),
          budgetReset: 'daily',
        });
        expect(served).toHaveLength(k);
        expect([...new Set(refusals)]).toEqual(['key_budget_exhausted']);
        await settleAll(processes, served);
        expect(await harness.balance(account)).toMatchObject({
          available: COST * BigInt(1_000 - k),
          held: 0n,
        });
      }
    },
  );

  it('of a rich account without a budget are all admitted', async () => {
    const account = await harness.account(COST * 1_000n);
    const { served } = await race(processes, account);
    expect(served).toHaveLength(REQUESTS);
    await settleAll(processes, served);
    expect(await harness.balance(account)).toMatchObject({ available: COST * 800n, held: 0n });
  });

  it('leave books that add up', async () => {
    expect((await harness.proof.prove()).differences).toEqual([]);
  });
});

/** The line of billing_reserve that takes the accounts' locks. */
const LOCK_LINE =
  /PERFORM 1 FROM credit_accounts WHERE account_id = ANY \(p_accounts\) ORDER BY account_id FOR NO KEY UPDATE;/;

/** Makes every batch wait, after its decision, until another backend has decided too or half a second is over. */
const BARRIER = `
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

describe('without the lock on the account (sabotage)', () => {
  let harness: LedgerHarness;
  let processes: LedgerProcess[];
  beforeAll(async () => {
    harness = await LedgerHarness.create();
    processes = await twoProcesses(harness);
    const { rows } = await harness.pool.query(
      `SELECT pg_get_functiondef('billing_reserve'::regproc) AS source`,
    );
    expect(rows[0].source).toMatch(LOCK_LINE);
    await harness.pool.query(rows[0].source.replace(LOCK_LINE, ''));
    // What happens by chance happens each time: the two processes decide before either writes.
    await harness.pool.query(BARRIER);
  });
  afterAll(() => harness.close());

  it('a key budget is overrun', async () => {
    const account = await harness.account(COST * 1_000n);
    const more = { keyUuid: randomUUID(), budgetMillicredits: COST * 10n, budgetReset: 'daily' as const };
    const { served } = await race(processes, account, more);
    expect(served.length).toBeGreaterThan(10);
    expect((await harness.proof.prove()).differences.map((one) => one.check)).toContain('budget_limits');
  });

  it('the last credit is still sold once, because the CHECK on the grant refuses and the batch is decided again', async () => {
    const { served } = await race(processes, await harness.account(COST * 10n));
    expect(served).toHaveLength(10);
  });

  it('and without that CHECK it is sold twice', async () => {
    await harness.pool.query('ALTER TABLE credit_grants DROP CONSTRAINT credit_grants_available_check');
    const { served } = await race(processes, await harness.account(COST * 10n));
    expect(served.length).toBeGreaterThan(10);
    expect((await harness.proof.prove()).differences.map((one) => one.check)).toContain('nothing_negative');
  });
});
