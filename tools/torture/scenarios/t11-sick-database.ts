import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkPromises } from '../checker/promises.ts';
import { Snapshots } from '../checker/snapshots.ts';
import type { Order } from '../order.ts';
import { startSlowNetwork } from '../rig/slow-network.ts';
import { pause, waitUntil } from '../rig/timing.ts';
import { Traffic } from '../rig/traffic.ts';
import { World } from '../rig/world.ts';
import { Verdict } from '../verdict.ts';

const LOCK_MS = 4_000;
const SLOW_MS = 10_000;
const FAR_MS = 50;
const STREAMS = 500;
const LIVENESS_MS = 250;
const ALIVE_WITHIN_MS = 1_000;

/** Locks, slow settlements, a far database, and 500 streams over a pool of 5: late is allowed, wrong is not. */
export async function runT11(order: Order): Promise<Verdict> {
  const verdict = new Verdict();
  const world = await World.make();
  let keep = true;
  try {
    await world.startSandbox();
    await world.openAccounts({ rich: 8, poor: 0 });
    const network = await startSlowNetwork(world.postgres.url);
    await world.startApi(2, { POOL_SIZE: '5', DATABASE_URL: network.url });
    const traffic = new Traffic(world, {
      workers: 12,
      streamShare: 0.7,
      msPerToken: 5,
      mostTokens: 24,
      seed: order.seed,
    });
    const snapshots = new Snapshots(world.postgres.url);
    await snapshots.start(800);
    const liveness = watchLiveness(world);
    traffic.start();
    await pause(2_000);
    for (let i = 0; i < order.kills; i++) await lockAccount(world, i);
    await slowSettlements(world);
    network.delayMs = FAR_MS;
    await pause(SLOW_MS);
    if (order.sabotage) await dropCharges(world);
    const crowd = new Traffic(world, {
      workers: STREAMS,
      streamShare: 1,
      msPerToken: 150,
      mostTokens: 12,
      seed: order.seed + 1,
    });
    crowd.start();
    await pause(order.quick ? 5_000 : 15_000);
    await Promise.all([crowd.stop(), traffic.stop()]);
    await waitUntil(() => world.openHolds().then((open) => open === 0), 100_000);
    const health = await liveness.stop();
    verdict.addSnapshots(await snapshots.stop(), order.quick ? 2 : 20);
    const retried = world.slots.length > 0 ? countInLogs(world.folder, 'settlement not written yet') : 0;
    verdict.say(
      `${order.kills} locks of ${LOCK_MS / 1000} s, settlements slowed for ${SLOW_MS / 1000} s, then ${FAR_MS} ms to the database and back each way, ${STREAMS} streams over a pool of 5`,
      `${retried} times a settlement could not be written and was tried again`,
      `${health.asked} questions whether it lives: ${health.wrong} not answered 200 within 1 s, the slowest took ${health.slowestMs} ms`,
    );
    verdict.need('retried settlements', retried, 1);
    verdict.expect(
      health.wrong === 0,
      `${health.wrong} of ${health.asked} times liveness was not 200 within 1 s`,
    );
    const operations = [...traffic.operations, ...crowd.operations];
    const states = Map.groupBy(operations, ({ state, code }) => `${state} ${code ?? ''}`.trim());
    verdict.say(
      `${operations.length} requests: ${[...states].map(([state, of]) => `${of.length} ${state}`).join(', ')}`,
    );
    await world.withClient(async (client) => {
      const promises = await checkPromises(client, operations, world.readUpstreamJournal());
      verdict.say(...promises.lines);
      verdict.wrong.push(...promises.wrong);
    });
    const open = await world.openHolds();
    verdict.expect(open === 0, `${open} holds are still open: a settlement was dropped`);
    network.stop();
    keep = verdict.wrong.length > 0 && !order.sabotage;
  } finally {
    await world.end({ keep });
  }
  return verdict;
}

/** Somebody keeps an account's row for longer than anybody waits for it. */
async function lockAccount(world: World, i: number): Promise<void> {
  const { accountUuid } = world.accounts[i % world.accounts.length]!;
  await world.withClient(async (client) => {
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM credit_accounts WHERE account_id = $1 FOR UPDATE', [accountUuid]);
    await pause(LOCK_MS);
    await client.query('COMMIT');
  });
  await pause(500);
}

async function slowSettlements(world: World): Promise<void> {
  await world.withClient(async (client) => {
    await client.query(`CREATE FUNCTION torture_slow() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END $$`);
    await client.query(
      'CREATE TRIGGER torture_slow AFTER INSERT ON usage_records FOR EACH STATEMENT EXECUTE FUNCTION torture_slow()',
    );
    await pause(SLOW_MS);
    await client.query('DROP TRIGGER torture_slow ON usage_records');
  });
}

/** One charge in fifty is not written: what the books must show. */
async function dropCharges(world: World): Promise<void> {
  await world.withClient(async (client) => {
    await client.query(`CREATE FUNCTION torture_drop() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.kind = 'charge' AND random() < 0.02 THEN RETURN NULL; END IF; RETURN NEW; END $$`);
    await client.query(
      'CREATE TRIGGER torture_drop BEFORE INSERT ON ledger_entries FOR EACH ROW EXECUTE FUNCTION torture_drop()',
    );
  });
}

function watchLiveness(world: World) {
  const health = { asked: 0, wrong: 0, slowestMs: 0 };
  let stopping = false;
  const ask = async (port: number) => {
    const startedAt = performance.now();
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    await answer?.arrayBuffer();
    const tookMs = Math.round(performance.now() - startedAt);
    health.asked += 1;
    health.slowestMs = Math.max(health.slowestMs, tookMs);
    if (!answer?.ok || tookMs > ALIVE_WITHIN_MS) health.wrong += 1;
  };
  const running = (async () => {
    while (!stopping) {
      await Promise.all(world.slots.map(({ port }) => ask(port)));
      await pause(LIVENESS_MS);
    }
  })();
  return {
    stop: async () => {
      stopping = true;
      await running;
      return health;
    },
  };
}

function countInLogs(folder: string, text: string): number {
  const logs = readdirSync(folder).filter((name) => name.startsWith('api-'));
  return logs.reduce((sum, name) => sum + readFileSync(join(folder, name), 'utf8').split(text).length - 1, 0);
}
