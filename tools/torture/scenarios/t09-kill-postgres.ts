import { checkPromises } from '../checker/promises.ts';
import { Snapshots } from '../checker/snapshots.ts';
import type { Order } from '../order.ts';
import { SmallDisk } from '../rig/small-disk.ts';
import { pause, randomFrom, waitUntil } from '../rig/timing.ts';
import { type Operation, Traffic } from '../rig/traffic.ts';
import { World } from '../rig/world.ts';
import { median, Verdict } from '../verdict.ts';
import { fillTheDisk } from './t09-full-disk.ts';

const MODES = ['postmaster', 'backend', 'recovery'] as const;
/** What runs when the first process is killed may still finish; after this nothing can commit. */
const LAST_BREATH_MS = 500;
const WINDOW_MS = 2_000;
const LEAST_IN_WINDOW = 10;
const RECOVER_MS = 15_000;

/** One time without a database. Unix milliseconds. */
interface Outage {
  mode: (typeof MODES)[number];
  downAtMs: number;
  /** When it was started again: until then it certainly was away. The same as `downAtMs` for a backend. */
  restartAtMs: number;
  upAtMs: number;
  /** From its return to the end of the first two seconds in which 95 % succeeded. */
  recoveredMs: number | undefined;
  /** Whether it was killed a second time before it said that it serves. */
  inRecovery?: boolean;
}

/** kill -9 of PostgreSQL, its first process and its backends, also while it recovers; the API is left alone. */
export async function runT09(order: Order): Promise<Verdict> {
  const verdict = new Verdict();
  const world = await World.make();
  const random = randomFrom(order.seed);
  let keep = true;
  try {
    await world.startSandbox();
    await world.openAccounts({ rich: 12, poor: 0 });
    await world.startApi(2);
    if (order.sabotage) await loseCommits(world);
    const traffic = new Traffic(world, {
      workers: 12,
      streamShare: 0.7,
      msPerToken: 5,
      mostTokens: 24,
      seed: order.seed,
    });
    const snapshots = new Snapshots(world.postgres.url);
    await snapshots.start(800);
    traffic.start();
    await pause(3_000);
    const outages: Outage[] = [];
    for (let i = 0; i < order.kills; i++) {
      const outage = await strike(world, MODES[i % MODES.length]!, random);
      outages.push(outage);
      outage.recoveredMs = await recovery(traffic, outage);
      console.log(
        `  … ${outage.mode}: away ${outage.upAtMs - outage.downAtMs} ms, 95 % after ${outage.recoveredMs} ms`,
      );
    }
    await traffic.stop();
    // A hold whose reserve nobody heard of is released at last after a minute.
    await waitUntil(() => world.openHolds().then((open) => open === 0), 100_000);
    verdict.addSnapshots(await snapshots.stop(), order.quick ? 2 : 20);
    await judge(world, { verdict, traffic, outages, order });
    keep = verdict.wrong.length > 0 && !order.sabotage;
  } finally {
    await world.end({ keep });
  }
  if (SmallDisk.isPossible && !order.sabotage) await fillTheDisk(order, verdict);
  else verdict.say('without a full disk: only root can make one to fill');
  return verdict;
}

async function strike(world: World, mode: Outage['mode'], random: () => number): Promise<Outage> {
  const { postgres } = world;
  await pause(1_000 + random() * 1_000);
  const downAtMs = Date.now();
  if (mode === 'backend') {
    const pid = await world.someBackend(random);
    process.kill(pid, 'SIGKILL');
    await pause(100);
    await postgres.waitUntilAccepting();
    return { mode, downAtMs, restartAtMs: downAtMs, upAtMs: Date.now(), recoveredMs: undefined };
  }
  postgres.kill();
  await pause(1_500 + random() * 3_000);
  const restartAtMs = Date.now();
  await postgres.startAgain(mode === 'recovery' ? 20 : 100);
  let inRecovery = false;
  if (mode === 'recovery') {
    // Not ready yet as a rule: its children replay the log.
    await pause(random() * 50);
    inRecovery = !postgres.saidReady;
    postgres.kill();
    await pause(200);
    await postgres.startAgain();
  }
  await postgres.waitUntilAccepting();
  return { mode, downAtMs, restartAtMs, upAtMs: Date.now(), recoveredMs: undefined, inRecovery };
}

/** Waits until requests succeed again and says how long after the database's return that was. */
async function recovery(traffic: Traffic, outage: Outage): Promise<number | undefined> {
  let recoveredMs: number | undefined;
  await waitUntil(() => {
    const fromMs = Math.max(outage.upAtMs, Date.now() - WINDOW_MS - 300);
    const recent = traffic.operations
      .slice(-400)
      .filter(
        (one) => one.startedAtMs >= fromMs && one.startedAtMs < fromMs + WINDOW_MS && one.endedAtMs > 0,
      );
    const good = recent.filter(({ state }) => state === 'ok').length;
    if (recent.length < LEAST_IN_WINDOW || good < recent.length * 0.95) return false;
    recoveredMs = Date.now() - outage.upAtMs;
    return true;
  }, 60_000);
  return recoveredMs;
}

async function judge(
  world: World,
  run: { verdict: Verdict; traffic: Traffic; outages: Outage[]; order: Order },
): Promise<void> {
  const { verdict, traffic, outages, order } = run;
  const modes = Map.groupBy(outages, ({ mode }) => mode);
  verdict.say(
    `${outages.length} kills of PostgreSQL: ${MODES.map((mode) => `${modes.get(mode)?.length ?? 0} ${mode}`).join(', ')}`,
  );
  const inRecovery = outages.filter((one) => one.inRecovery).length;
  verdict.say(`${inRecovery} second kills came before it had recovered`);
  verdict.need('kills', outages.length, order.kills);
  verdict.need('kills during recovery', inRecovery, order.quick ? 0 : 2);
  const upstream = world.readUpstreamJournal();
  const away = outages.filter(({ mode }) => mode !== 'backend');
  const isAway = (ms: number) =>
    away.some((one) => ms >= one.downAtMs + LAST_BREATH_MS && ms <= one.restartAtMs);
  const during = traffic.operations.filter(
    (one) =>
      isAway(one.startedAtMs) &&
      away.some((o) => one.endedAtMs <= o.restartAtMs && one.startedAtMs >= o.downAtMs),
  );
  const isRefusal = (one: Operation) =>
    one.state === 'fail' && one.status === 503 && one.retryAfter !== undefined;
  const refused = during.filter(isRefusal);
  verdict.say(
    `${during.length} requests began and ended while it was away: ${refused.length} were 503 with Retry-After, ${during.filter(({ state }) => state === 'ok').length} were answered`,
  );
  for (const one of during.filter((other) => !isRefusal(other))) {
    verdict.wrong.push(`${one.name} while it was away: ${one.state} ${one.status} ${one.code ?? ''}`);
  }
  verdict.need('requests while it was away', during.length, order.quick ? 1 : 50);
  const sentMeanwhile = upstream.filter(({ startedAt }) => isAway(startedAt));
  verdict.say(`${sentMeanwhile.length} of ${upstream.length} upstream requests began while it was away`);
  verdict.expect(
    sentMeanwhile.length === 0,
    `${sentMeanwhile.length} requests went upstream without a database`,
  );
  const recovered = outages.flatMap(({ recoveredMs }) => (recoveredMs === undefined ? [] : [recoveredMs]));
  verdict.say(
    `95 % succeed again after ${(median(recovered) / 1000).toFixed(1)} s (median), at most ${(Math.max(...recovered) / 1000).toFixed(1)} s of its return`,
  );
  verdict.expect(
    recovered.length === outages.length && Math.max(...recovered) <= RECOVER_MS,
    'not 95 % within 15 s',
  );
  const restarts = world.slots.reduce((sum, { lives }) => sum + lives.length - 1, 0);
  verdict.expect(restarts === 0, `the API was restarted ${restarts} times`);
  await world.withClient(async (client) => {
    const promises = await checkPromises(client, traffic.operations, upstream);
    verdict.say(...promises.lines);
    verdict.wrong.push(...promises.wrong);
  });
  const open = await world.openHolds();
  verdict.expect(open === 0, `${open} holds are still open`);
}

/** A database that says committed before it is on disk: what a kill must show. */
async function loseCommits(world: World): Promise<void> {
  await world.withClient(async (client) => {
    await client.query('ALTER SYSTEM SET synchronous_commit = off');
    await client.query(`ALTER SYSTEM SET wal_writer_delay = '10s'`);
    await client.query('SELECT pg_reload_conf()');
  });
}
