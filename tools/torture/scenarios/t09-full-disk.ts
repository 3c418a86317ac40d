import { checkPromises } from '../checker/promises.ts';
import { Snapshots } from '../checker/snapshots.ts';
import type { Order } from '../order.ts';
import { pause, waitUntil } from '../rig/timing.ts';
import { Traffic } from '../rig/traffic.ts';
import { World } from '../rig/world.ts';
import type { Verdict } from '../verdict.ts';

const DISK_MB = 400;
const FULL_MS = 5_000;
const TIMES = 3;
const RECOVER_MS = 15_000;

/** A database that has no room left, and then has: refused meanwhile, nothing lost, back by itself. */
export async function fillTheDisk(order: Order, verdict: Verdict): Promise<void> {
  const world = await World.make([], { diskMegabytes: DISK_MB });
  let keep = true;
  try {
    await world.startSandbox();
    await world.openAccounts({ rich: 8, poor: 0 });
    await world.startApi(2);
    const traffic = new Traffic(world, {
      workers: 12,
      streamShare: 0.7,
      msPerToken: 5,
      mostTokens: 24,
      seed: order.seed + 100,
    });
    const snapshots = new Snapshots(world.postgres.url);
    await snapshots.start(500);
    traffic.start();
    const back: number[] = [];
    let died = 0;
    for (let i = 0; i < TIMES; i++) {
      await pause(2_000);
      world.disk!.fill();
      await pause(FULL_MS);
      world.disk!.free();
      // Without room for its log PostgreSQL gives up; whoever runs it starts it again.
      if (!world.postgres.isAlive) {
        died += 1;
        await world.postgres.startAgain();
      }
      await world.postgres.waitUntilAccepting();
      const freedAtMs = Date.now();
      const isBack = await waitUntil(
        () => traffic.operations.some(({ startedAtMs, state }) => startedAtMs > freedAtMs && state === 'ok'),
        RECOVER_MS,
      );
      verdict.expect(isBack, `no answer ${RECOVER_MS / 1000} s after the disk had room again`);
      back.push(Date.now() - freedAtMs);
    }
    await traffic.stop();
    await waitUntil(() => world.openHolds().then((open) => open === 0), 100_000);
    const report = await snapshots.stop();
    const refused = traffic.operations.filter(({ state }) => state === 'fail');
    const byStatus = Map.groupBy(refused, ({ status, code }) => `${status} ${code}`);
    verdict.say(
      `the disk was full ${TIMES} times for ${FULL_MS / 1000} s: PostgreSQL gave up ${died} times; answers again after ${Math.max(...back)} ms at most; ${report.snapshots} snapshots, ${report.wrong.length} differences`,
      `  refused: ${[...byStatus].map(([what, of]) => `${of.length} ${what}`).join(', ')}`,
    );
    verdict.need('requests refused for a full disk', refused.length, 1);
    verdict.wrong.push(...report.wrong);
    for (const one of refused.filter(({ status }) => status !== 503)) {
      verdict.wrong.push(`${one.name} with a full disk: ${one.status} ${one.code}, not 503`);
    }
    await world.withClient(async (client) => {
      const promises = await checkPromises(client, traffic.operations, world.readUpstreamJournal());
      verdict.say(...promises.lines.map((line) => `  ${line}`));
      verdict.wrong.push(...promises.wrong);
    });
    const open = await world.openHolds();
    verdict.expect(open === 0, `${open} holds are still open after a full disk`);
    keep = verdict.wrong.length > 0;
  } finally {
    await world.end({ keep });
  }
}
