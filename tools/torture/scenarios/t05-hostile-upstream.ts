import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Inspector } from '../../product/inspector.ts';
import { checkHostile } from '../checker/hostile-answers.ts';
import { checkPromises } from '../checker/promises.ts';
import { Snapshots } from '../checker/snapshots.ts';
import type { Order } from '../order.ts';
import { PLANTED_DEFECTS } from '../planted-defects.ts';
import { type HostileCall, HostileClient } from '../rig/hostile-client.ts';
import { pause, waitUntil } from '../rig/timing.ts';
import { type Operation, Traffic } from '../rig/traffic.ts';
import { World } from '../rig/world.ts';
import { median, Verdict } from '../verdict.ts';
import { HOSTILE_MODES, type HostileMode } from './hostile-modes.ts';

const ROUNDS = 5;
const EACH = 50;
const QUIET_MS = 8_000;
const AT_ONCE = 16;
const GOOD_WORKERS = 8;
const MOST_SLOWER = 1.5;
const MOST_GROWN_MB = 32;
/** Silence is to end within this run. */
const LIMITS = {
  FIRST_BYTE_SECONDS: '3',
  IDLE_SECONDS: '3',
  LOG_LEVEL: 'debug',
};
const KEY = 'canary-key-7d19b2';

/** Every way to misbehave beside good traffic: nobody else notices, bytes are exact, and each costs what it should. */
export async function runT05(order: Order): Promise<Verdict> {
  const verdict = new Verdict({ assertsTimes: !order.quick });
  const isShort = order.quick || order.sabotage;
  const rounds = isShort ? 1 : ROUNDS;
  const world = await World.make(order.sabotage ? PLANTED_DEFECTS.T05 : []);
  let keep = true;
  try {
    await world.startSandbox();
    await world.openAccounts({ rich: 12, poor: 0 });
    await world.startApi(2, { ...LIMITS, UPSTREAM_API_KEY: KEY });
    const run = new HostileRun(world, order.seed);
    const each = isShort ? 1 : EACH / ROUNDS;
    await run.warmUp();
    const snapshots = new Snapshots(world.postgres.url);
    await snapshots.start(isShort ? 2_000 : 4_000);
    const ratios: number[] = [];
    const grownMb: number[] = [];
    const inspectors = await Promise.all(world.slots.map((slot) => slot.inspect()));
    const before = await keptMb(inspectors);
    for (let round = 0; round < rounds; round++) {
      const alone = await run.good(pause(isShort ? 5_000 : QUIET_MS));
      const mixed = await run.good(run.hostile(each));
      ratios.push(p99(mixed) / p99(alone));
      await pause(2_000);
      grownMb.push((await keptMb(inspectors)) - before);
      verdict.say(
        `round ${round + 1}: good traffic p99 ${p99(alone)} ms alone (${alone.length}), ${p99(mixed)} ms beside the hostile (${mixed.length}); both keep ${grownMb.at(-1)!.toFixed(1)} MB more than at first`,
      );
    }
    await waitUntil(() => world.openHolds().then((open) => open === 0), 60_000);
    verdict.addSnapshots(await snapshots.stop(), isShort ? 2 : 20);
    await judge(verdict, world, run);
    verdict.say(`good traffic is slower by ${median(ratios).toFixed(2)} (median of ${rounds})`);
    if (!isShort) {
      verdict.expect(median(ratios) <= MOST_SLOWER, `good traffic is slower by ${median(ratios).toFixed(2)}`);
      const grown = grownMb.at(-1)!;
      verdict.expect(grown < MOST_GROWN_MB, `memory grew by ${grown.toFixed(1)} MB`);
    }
    keep = verdict.wrong.length > 0 && !order.sabotage;
  } finally {
    await world.end({ keep });
  }
  return verdict;
}

async function judge(verdict: Verdict, world: World, run: HostileRun): Promise<void> {
  const { calls, operations } = run;
  const served = world
    .readUpstreamJournal()
    .filter((one) => !one.receivedBody.includes('"user":"reference"'));
  const bad = operations.filter(({ state }) => state !== 'ok');
  verdict.expect(bad.length === 0, `${bad.length} of ${operations.length} good requests had an error`);
  for (const { name, state, code } of bad.slice(0, 5)) verdict.wrong.push(`${name}: ${state} ${code ?? ''}`);
  await world.withClient(async (client) => {
    const report = await checkHostile(client, calls, served);
    verdict.wrong.push(...report.wrong);
    verdict.say(
      `${calls.length} hostile answers of ${HOSTILE_MODES.length} modes, ${report.compared} compared with the upstream byte by byte; ${operations.length} good ones, ${bad.length} with an error`,
    );
    for (const [what, n] of [...report.charged].toSorted()) verdict.say(`  ${what}: ${n}`);
    const seen = calls.map(({ name, accountUuid }) => ({ name, accountUuid, state: 'unknown' }));
    const promises = await checkPromises(client, [...operations, ...seen], served);
    verdict.say(...promises.lines);
    verdict.wrong.push(...promises.wrong);
  });
  const open = await world.openHolds();
  verdict.expect(open === 0, `${open} holds are still open`);
  const { host } = new URL(world.sandboxUrl);
  const texts = [...calls.map(({ headers, body }) => headers + body.toString('latin1')), ...logs(world)];
  const leaks = texts.filter((text) => text.includes(host) || text.includes(KEY)).length;
  verdict.say(`${texts.length} answers and logs at level debug: the upstream's address or key in ${leaks}`);
  verdict.expect(leaks === 0, `the upstream's address or key is in ${leaks} answers or logs`);
}

/** Good traffic, and requests that ask for trouble, dealt out so that like modes do not come together. */
class HostileRun {
  readonly calls: HostileCall[] = [];
  readonly operations: Operation[] = [];
  private readonly client: HostileClient;
  private readonly world: World;
  private seed: number;

  constructor(world: World, seed: number) {
    this.world = world;
    this.seed = seed * 100;
    this.client = new HostileClient(world);
  }

  /** The first requests of a process wait for its compiler and fill its caches. */
  async warmUp(): Promise<void> {
    await this.good(this.hostile(1));
  }

  /** Good requests for as long as `other` goes on. */
  async good(other: Promise<void>): Promise<Operation[]> {
    const traffic = new Traffic(this.world, {
      workers: GOOD_WORKERS,
      streamShare: 0.7,
      msPerToken: 5,
      mostTokens: 24,
      seed: this.seed++,
    });
    traffic.accounts = this.world.accounts.slice(0, GOOD_WORKERS);
    traffic.start();
    await other;
    await traffic.stop();
    this.operations.push(...traffic.operations);
    return traffic.operations;
  }

  async hostile(each: number): Promise<void> {
    const all: HostileMode[] = HOSTILE_MODES.flatMap((mode) => Array.from({ length: each }, () => mode));
    const queue = all.map((_, i) => all[(i * 7_919) % all.length]!);
    const accounts = this.world.accounts.slice(GOOD_WORKERS);
    let next = 0;
    const work = async () => {
      for (let at = next++; at < queue.length; at = next++) {
        const name = `hostile-${this.seed}-${this.calls.length + at}`;
        this.calls.push(await this.client.send(name, queue[at]!, accounts[at % accounts.length]!));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }
}

function p99(operations: Operation[]): number {
  const sorted = operations.map((one) => one.endedAtMs - one.startedAtMs).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? 0;
}

/** What both processes keep, after a collection: what is resident depends on when the last one was. */
async function keptMb(inspectors: Inspector[]): Promise<number> {
  const each = await Promise.all(inspectors.map((inspector) => inspector.heapMegabytes()));
  return each.reduce((sum, megabytes) => sum + megabytes, 0);
}

function logs({ folder }: World): string[] {
  const names = readdirSync(folder).filter((name) => name.startsWith('api-'));
  return names.map((name) => readFileSync(join(folder, name), 'utf8'));
}
