import net from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DedicatedConnection } from '#database';
import { BatchLane, LaneFull, OutcomeUnknown, type WaitingLimit } from './batch-lane.js';
import { LedgerHarness, type LedgerProcess, reserveInput, settleInput, uuidOf } from './ledger.harness.js';

let harness: LedgerHarness;
let ledgers: LedgerProcess;
let locker: pg.Client;

beforeAll(async () => {
  harness = await LedgerHarness.create();
  ledgers = await harness.startProcess();
  locker = new pg.Client({ connectionString: harness.url });
  await locker.connect();
  await harness.pool.query(`
    CREATE TABLE batches (members int);
    CREATE FUNCTION echo(p_members json, p_accounts uuid[]) RETURNS json LANGUAGE plpgsql VOLATILE AS $$
    BEGIN
      INSERT INTO batches VALUES (json_array_length(p_members));
      IF EXISTS (SELECT 1 FROM json_array_elements(p_members) m WHERE m ->> 'word' = 'poison') THEN
        RAISE EXCEPTION 'poisoned';
      END IF;
      RETURN p_members;
    END $$;
    CREATE FUNCTION never(p_members json, p_accounts uuid[]) RETURNS json LANGUAGE sql AS $$
      SELECT p_members FROM pg_sleep(3600)
    $$`);
});
afterAll(async () => {
  await locker.end();
  await harness.close();
});
afterEach(() => locker.query('ROLLBACK'));

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: { code: string }) => error.code,
  );

async function lock(account: string): Promise<void> {
  await locker.query('BEGIN');
  await locker.query('SELECT 1 FROM credit_accounts WHERE account_id = $1 FOR UPDATE', [account]);
}

async function stateOf(requestId: Parameters<typeof uuidOf>[0]): Promise<string | undefined> {
  const { rows } = await harness.pool.query('SELECT state FROM holds WHERE request_id = $1', [
    uuidOf(requestId),
  ]);
  return rows[0]?.state;
}

describe('a lane', () => {
  interface Word {
    accountUuid: string;
    word: string;
  }
  const laneOf = (statement: string, deadlineMs: number, maxWaiting?: WaitingLimit, maxBatch = 8) => {
    const connection = new DedicatedConnection({ url: harness.url, name: 'lane' });
    const lane = new BatchLane<Word, { i: number; word: string }>({
      connection,
      statement: { name: statement, text: `SELECT ${statement}($1, $2)` },
      encode: ({ word }, i) => ({ i, word }),
      parameters: [],
      maxBatch,
      deadlineMs,
      ...(maxWaiting && { maxWaiting }),
    });
    return { connection, lane };
  };
  const accounts = ['a', 'b', 'c'].map((letter) => `${letter.repeat(8)}-0000-4000-8000-000000000000`);

  it('sends what comes while a batch is on its way together in the next, at most so many', async () => {
    const { connection, lane } = laneOf('echo', 10_000);
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => lane.submit({ accountUuid: accounts[i % 3]!, word: `w${i}` })),
    );
    expect(answers.map((answer) => answer.word)).toEqual(Array.from({ length: 12 }, (_, i) => `w${i}`));
    const { rows } = await harness.pool.query('SELECT members FROM batches');
    expect(rows.map((row) => row.members)).toEqual([1, 8, 3]);
    await connection.close();
  });

  it('lets a poisoned member fail alone and the others succeed', async () => {
    const { connection, lane } = laneOf('echo', 10_000);
    const words = ['first', 'good', 'poison', 'fine', 'well'];
    const outcomes = await Promise.allSettled(
      words.map((word, i) => lane.submit({ accountUuid: accounts[i % 2]!, word })),
    );
    expect(outcomes.map((outcome) => outcome.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect((outcomes[2] as PromiseRejectedResult).reason).toMatchObject({ message: 'poisoned' });
    await connection.close();
  });

  it('refuses at once what more waits than may, and takes it again when they have been sent', async () => {
    const { connection, lane } = laneOf('echo', 10_000, { most: 6, least: 1, milliseconds: 100 });
    const submit = (account: number) =>
      lane.submit({ accountUuid: accounts[account]!, word: 'w' }).then(
        () => 'sent',
        (error) => (error instanceof LaneFull ? 'full' : String(error)),
      );
    // The first is on its way at once and does not wait.
    const flood = [0, 0, 0, 0, 0, 0, 0, 0].map(submit);
    const others = [1, 2, 1, 0].map(submit);
    expect(await Promise.all(flood)).toEqual([...Array(6).fill('sent'), 'full', 'full']);
    expect(await Promise.all(others)).toEqual(['sent', 'full', 'full', 'full']);
    expect(await submit(0)).toBe('sent');
    await connection.close();
  });

  it('lets wait only as many as have their turn in time, by how long the last large batch took', async () => {
    const { connection, lane } = laneOf('echo', 10_000, { most: 100, least: 1, milliseconds: 0.001 }, 64);
    const submit = (account: number) => lane.submit({ accountUuid: accounts[account]!, word: 'w' });
    await Promise.all(Array.from({ length: 41 }, (_, i) => submit(i % 3)));
    const [first, second] = await Promise.allSettled([submit(0), submit(1)]);
    expect(first).toMatchObject({ status: 'fulfilled' });
    expect(second).toMatchObject({ status: 'rejected', reason: expect.any(LaneFull) });
    await connection.close();
  });

  it('gives up a connection that does not answer, says that the outcome is unknown, and goes on', async () => {
    const { connection, lane } = laneOf('never', 50);
    const outcome = await lane.submit({ accountUuid: accounts[0]!, word: 'w' }).catch((error) => error);
    expect(outcome).toBeInstanceOf(OutcomeUnknown);
    expect(outcome).toMatchObject({ sent: true });
    expect(
      await lane.submit({ accountUuid: accounts[0]!, word: 'w' }).catch((error) => error),
    ).toBeInstanceOf(OutcomeUnknown);
    await connection.close();
  });

  it('says that nothing was sent when it could not connect', async () => {
    const connection = new DedicatedConnection({ url: 'postgres://nobody@127.0.0.1:1/none', name: 'lane' });
    const lane = new BatchLane<Word, { i: number }>({
      connection,
      statement: { name: 'echo', text: 'SELECT echo($1, $2)' },
      encode: ({ word }, i) => ({ i, word }),
      parameters: [],
      maxBatch: 8,
      deadlineMs: 1_000,
    });
    const outcome = await lane.submit({ accountUuid: accounts[0]!, word: 'w' }).catch((error) => error);
    expect(outcome).toMatchObject({ sent: false });
  });
});

it('an account whose row is locked for longer than a second fails alone, the others of its batch go on', async () => {
  const [locked, ...others] = await Promise.all([0, 1, 2, 3].map(() => harness.account(100_000n)));
  await lock(locked!);
  const codes = await Promise.all(
    [others[0]!, locked!, ...others].map((account) => codeOf(ledgers.ledger.reserve(reserveInput(account)))),
  );
  expect(codes).toEqual(['ok', 'database_unavailable', 'ok', 'ok', 'ok']);
  await locker.query('ROLLBACK');
  expect(await codeOf(ledgers.ledger.reserve(reserveInput(locked!)))).toBe('ok');
});

it('many of an account whose row is locked wait for it together, not each in its turn', async () => {
  const locked = await harness.account(1_000_000n);
  await lock(locked);
  const refusedAtMs = await Promise.all(
    Array.from({ length: 8 }, async () => {
      expect(await codeOf(ledgers.ledger.reserve(reserveInput(locked)))).toBe('database_unavailable');
      return performance.now();
    }),
  );
  // The first may have had a batch of its own; in turn the others would be a second apart.
  const others = refusedAtMs.toSorted((a, b) => a - b).slice(1);
  expect(others.at(-1)! - others[0]!).toBeLessThan(900);
  await locker.query('ROLLBACK');
});

it('a reserve whose backend is terminated answers database_unavailable and leaves no hold', async () => {
  const account = await harness.account(100_000n);
  await lock(account);
  const input = reserveInput(account);
  const answer = codeOf(ledgers.ledger.reserve(input));
  await harness.pool.query('SELECT pg_terminate_backend($1)', [await harness.blockedBackend('llm-reserve')]);
  expect(await answer).toBe('database_unavailable');
  await locker.query('ROLLBACK');
  expect(await stateOf(input.requestId)).toBeUndefined();
  expect(await codeOf(ledgers.ledger.reserve(reserveInput(account)))).toBe('ok');
});

describe('behind a connection that loses the answer', () => {
  let proxy: net.Server;
  let url: string;
  /** While set, the next answer of the server is swallowed and the connection cut: it did the work, nobody heard. */
  let deaf = false;

  beforeAll(async () => {
    const server = new URL(harness.url);
    proxy = net.createServer((client) => {
      const upstream = net.connect(Number(server.port), server.hostname);
      client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
      upstream.on('error', () => client.destroy()).on('close', () => client.destroy());
      client.pipe(upstream);
      upstream.on('data', (bytes) => {
        if (!deaf) return void client.write(bytes);
        deaf = false;
        client.destroy();
      });
    });
    await new Promise<void>((done) => {
      proxy.listen(0, '127.0.0.1', done);
    });
    const through = new URL(harness.url);
    through.host = `127.0.0.1:${(proxy.address() as net.AddressInfo).port}`;
    url = through.href;
  });
  afterAll(() => void proxy.close());

  it('a hold nobody heard of is released by id', async () => {
    const { ledger } = await harness.startProcess(url);
    const account = await harness.account(100_000n);
    await ledger.reserve(reserveInput(account));
    deaf = true;
    const unheard = reserveInput(account);
    expect(await codeOf(ledger.reserve(unheard))).toBe('database_unavailable');
    expect(await stateOf(unheard.requestId)).toBe('open');
    while ((await stateOf(unheard.requestId)) === 'open');
    expect(await stateOf(unheard.requestId)).toBe('released');
    expect(await harness.balance(account)).toMatchObject({ available: 80_000n, held: 20_000n });
  });

  it('a settlement is sent again until it is heard, and charged once', async () => {
    const { ledger } = await harness.startProcess(url);
    const account = await harness.account(100_000n);
    const [warm, input] = [reserveInput(account), reserveInput(account)];
    await Promise.all([ledger.reserve(warm), ledger.reserve(input)]);
    await ledger.settle(settleInput(warm));
    deaf = true;
    expect(await ledger.settle(settleInput(input))).toMatchObject({
      state: 'settled',
      chargeMillicredits: 15_000n,
    });
    expect(ledger.pendingSettlements).toBe(0);
    expect(await harness.balance(account)).toMatchObject({ available: 70_000n, held: 0n });
  });
});

it('a settlement is retried through locks and dead backends until it is written', async () => {
  const account = await harness.account(100_000n);
  const input = reserveInput(account);
  await ledgers.ledger.reserve(input);
  await lock(account);
  const settlement = ledgers.ledger.settle(settleInput(input));
  for (let kill = 0; kill < 3; kill++) {
    await harness.pool.query('SELECT pg_terminate_backend($1)', [await harness.blockedBackend('llm-settle')]);
  }
  expect(ledgers.ledger.pendingSettlements).toBe(1);
  await locker.query('ROLLBACK');
  expect(await settlement).toMatchObject({ state: 'settled', chargeMillicredits: 15_000n });
  expect(await harness.balance(account)).toMatchObject({ available: 85_000n, held: 0n });
});

it('after all of this the books add up', async () => {
  expect((await harness.proof.prove()).differences).toEqual([]);
});
