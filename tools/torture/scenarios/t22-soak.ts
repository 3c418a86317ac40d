import { type Growth, MemoryWatch } from '../checker/memory-slope.ts';
import { checkPromises } from '../checker/promises.ts';
import { Snapshots } from '../checker/snapshots.ts';
import type { Order } from '../order.ts';
import { PLANTED_DEFECTS } from '../planted-defects.ts';
import { pause, randomFrom, waitUntil } from '../rig/timing.ts';
import { Traffic } from '../rig/traffic.ts';
import { World } from '../rig/world.ts';
import { Verdict } from '../verdict.ts';

/** One a minute, and never fewer than anywhere else; more are tried for, because each takes its time. */
const LEAST_SNAPSHOTS = 20;
const TRIED_FOR = 60;
const FAULT_EVERY_MS = 20_000;
const LOOK_EVERY_MS = 10_000;
/** More than this an hour, over minutes of steady traffic, is a leak; the sabotaged build leaks a hundred times as much. */
const MOST_MB_PER_HOUR = { kept: 15, resident: 60 };
/** A trend of less than this over a whole run is none. */
const NOTHING_MB = 1;
const FAULTS = ['backend', 'kill', 'lock', 'restart'] as const;

/** Steady traffic with a fault now and then: the books stay whole, and a process that lives on does not grow. */
export async function runT22(order: Order): Promise<Verdict> {
  const verdict = new Verdict();
  const world = await World.make(order.sabotage ? PLANTED_DEFECTS.T22 : []);
  let keep = true;
  try {
    await world.startSandbox();
    await world.openAccounts({ rich: 12, poor: 6 });
    await world.startApi(2);
    const survivor = world.slots[0]!.life;
    const durationMs = order.minutes * 60_000;
    const inspector = await world.slots[0]!.inspect();
    const memory = new MemoryWatch({ pid: survivor.pid, inspector }, order.quick ? 1_000 : LOOK_EVERY_MS);
    const snapshots = new Snapshots(world.postgres.url);
    await snapshots.start(durationMs / (Math.max(order.minutes, TRIED_FOR) * 1.3));
    const traffic = new Traffic(world, {
      workers: 12,
      streamShare: 0.7,
      msPerToken: 5,
      mostTokens: 24,
      seed: order.seed,
    });
    traffic.start();
    const faults = await disturb(world, { durationMs, seed: order.seed });
    const grown = await memory.stop();
    await traffic.stop();
    await waitUntil(() => world.openHolds().then((open) => open === 0), 60_000);
    const least = order.quick ? 2 : Math.max(order.minutes, LEAST_SNAPSHOTS);
    verdict.addSnapshots(await snapshots.stop(), least);
    verdict.say(
      `${order.minutes} minutes, ${traffic.operations.length} requests; faults: ${[...faults].map(([name, n]) => `${n} ${name}`).join(', ')}`,
      `the process that lived all through, after a collection, in its second to fourth quarter:`,
      `  ${told(grown.kept)} kept; ${told(grown.resident)} resident`,
    );
    verdict.need(
      'faults',
      [...faults.values()].reduce((sum, n) => sum + n, 0),
      order.quick ? 1 : FAULTS.length * 2,
    );
    verdict.expect(survivor.diedAtMs === undefined, 'the process that was to live has died');
    for (const what of ['kept', 'resident'] as const) {
      const { slopeMbPerHour } = grown[what];
      const most = Math.max(MOST_MB_PER_HOUR[what], NOTHING_MB / (durationMs / 3_600_000));
      verdict.expect(
        slopeMbPerHour < most,
        `memory ${what} grows by ${slopeMbPerHour.toFixed(1)} MB an hour`,
      );
    }
    await world.withClient(async (client) => {
      const promises = await checkPromises(client, traffic.operations, world.readUpstreamJournal());
      verdict.say(...promises.lines);
      verdict.wrong.push(...promises.wrong);
    });
    const open = await world.openHolds();
    verdict.expect(open === 0, `${open} holds are still open`);
    keep = verdict.wrong.length > 0 && !order.sabotage;
  } finally {
    await world.end({ keep });
  }
  return verdict;
}

function told({ quartersMb, slopeMbPerHour }: Growth): string {
  return `${quartersMb.map((mb) => mb.toFixed(1)).join(', ')} MB (${slopeMbPerHour.toFixed(1)} MB an hour)`;
}

/** One fault after another; never one that ends the process whose memory is watched. */
async function disturb(
  world: World,
  run: { durationMs: number; seed: number },
): Promise<Map<string, number>> {
  const random = randomFrom(run.seed);
  const faults = new Map<string, number>();
  const untilMs = Date.now() + run.durationMs;
  for (let i = 0; Date.now() + FAULT_EVERY_MS < untilMs; i++) {
    await pause(FAULT_EVERY_MS);
    const fault = FAULTS[i % FAULTS.length]!;
    faults.set(fault, (faults.get(fault) ?? 0) + 1);
    if (fault === 'backend') await terminate(world, await world.someBackend(random));
    if (fault === 'kill') world.slots[1]!.kill();
    if (fault === 'restart') world.slots[1]!.terminate();
    if (fault === 'lock') await lockSomebody(world, random);
    await world.feedThePoor(50);
  }
  await pause(Math.max(0, untilMs - Date.now()));
  return faults;
}

async function terminate(world: World, pid: number): Promise<void> {
  await world.withClient((client) => client.query('SELECT pg_terminate_backend($1)', [pid]));
}

async function lockSomebody(world: World, random: () => number): Promise<void> {
  const { accountUuid } = world.accounts[Math.floor(random() * world.accounts.length)]!;
  await world.withClient(async (client) => {
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM credit_accounts WHERE account_id = $1 FOR UPDATE', [accountUuid]);
    await pause(2_000);
    await client.query('COMMIT');
  });
}
