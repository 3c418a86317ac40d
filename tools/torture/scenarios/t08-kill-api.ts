import { checkDeadHolds } from '../checker/dead-holds.ts';
import { checkPromises } from '../checker/promises.ts';
import { Snapshots } from '../checker/snapshots.ts';
import type { Order } from '../order.ts';
import { PLANTED_DEFECTS } from '../planted-defects.ts';
import type { Fate, Life } from '../rig/api-slot.ts';
import { pause, randomFrom, waitUntil } from '../rig/timing.ts';
import { Traffic } from '../rig/traffic.ts';
import { World } from '../rig/world.ts';
import { median, quantile, Verdict } from '../verdict.ts';

/** Places between a hold and its settlement, and between a settlement and the last byte; how often each is aimed at. */
const BEFORE_SETTLEMENT = [
  'reserve.after_commit',
  'upstream.after_send',
  'stream.first_byte',
  'stream.mid',
  'stream.last_byte',
  'settle.before_commit',
];
const AFTER_SETTLEMENT = ['settle.after_commit', 'response.before_end'];
const RANDOM = 'random';
const AIMS = [...BEFORE_SETTLEMENT, ...AFTER_SETTLEMENT, RANDOM, ...AFTER_SETTLEMENT, RANDOM];
const AT_DEFAULTS = 10;
/** A process trusts itself to end others' holds after 30 s; so long it must live. */
const TRUST_MS = 40_000;

/** kill -9 of the API under load, at each failpoint and at random; then the money is counted. */
export async function runT08(order: Order): Promise<Verdict> {
  const verdict = new Verdict();
  const world = await World.make(order.sabotage ? PLANTED_DEFECTS.T08 : []);
  const random = randomFrom(order.seed);
  const dead: Life[] = [];
  let keep = true;
  try {
    await world.startSandbox();
    await world.openAccounts({ rich: 12, poor: 6 });
    world.onDeath = (life) => dead.push(life);
    // Under a kill every second or two no API process lives the 30 s after which it may end another's holds.
    const stopWorker = world.startWorker();
    await world.startApi(2);
    const traffic = new Traffic(world, {
      workers: 12,
      streamShare: 0.7,
      msPerToken: 5,
      mostTokens: 24,
      seed: order.seed,
    });
    const snapshots = new Snapshots(world.postgres.url);
    await snapshots.start(5_000);
    traffic.start();
    let aim = 0;
    world.nextFate = () => fate(AIMS[aim++ % AIMS.length]!, random);
    for (const slot of world.slots) slot.kill();
    await storm(world, { dead, kills: order.kills });
    world.nextFate = () => ({});
    if (!order.quick) await killAtDefaults(world, { dead, stopWorker });
    await traffic.stop();
    await waitUntil(() => world.openHolds().then((open) => open === 0), 60_000);
    const report = await snapshots.stop();
    verdict.addSnapshots(report, order.quick ? 2 : 20);
    await judge(world, { verdict, traffic, dead, order });
    keep = verdict.wrong.length > 0 && !order.sabotage;
  } finally {
    await world.end({ keep });
  }
  return verdict;
}

function fate(aim: string, random: () => number): Fate {
  if (aim === RANDOM) return { killAfterMs: 100 + random() * 1_500 };
  const passings = aim === 'stream.mid' ? 20 + Math.floor(random() * 300) : 4 + Math.floor(random() * 30);
  return { failpoints: `${aim}=kill@${passings}` };
}

async function storm(world: World, run: { dead: Life[]; kills: number }): Promise<void> {
  let told = 0;
  let at = Date.now();
  while (run.dead.length < run.kills) {
    await pause(200);
    if (run.dead.length !== told) {
      told = run.dead.length;
      at = Date.now();
      if (told % 25 === 0) console.log(`  … ${told} kills`);
    }
    // A place that this traffic does not pass would wait for ever.
    if (Date.now() - at > 30_000) {
      at = Date.now();
      for (const slot of world.slots) slot.kill();
    }
  }
}

/** Ten more with nothing shortened and nobody's help: the other API process alone ends what the dead left. */
async function killAtDefaults(world: World, run: { dead: Life[]; stopWorker: () => void }): Promise<void> {
  // The worker first ends what the storm has left: without it nobody could for the 30 s in which the others are new.
  await pause(TRUST_MS);
  run.stopWorker();
  for (const slot of world.slots) slot.kill();
  await waitUntil(() => world.slots.every((slot) => slot.isReady), 30_000);
  await pause(TRUST_MS);
  for (let i = 0; i < AT_DEFAULTS; i++) {
    await waitUntil(() => world.slots[0]!.isReady, 30_000);
    await pause(500);
    world.slots[0]!.kill();
  }
  await pause(TRUST_MS);
  // And one who dies while it does that for others: it orphans holds itself, and the other ends those as well.
  world.nextFate = (slot) => (slot === 0 ? { failpoints: 'sweeper.mid=kill@2' } : {});
  world.slots[0]!.kill();
  await waitUntil(() => world.slots[0]!.isReady, 30_000);
  await pause(TRUST_MS);
  world.nextFate = () => ({});
  world.slots[1]!.kill();
  await waitUntil(() => run.dead.some(({ cause }) => cause === 'sweeper.mid'), TRUST_MS);
  await pause(TRUST_MS);
}

async function judge(
  world: World,
  run: { verdict: Verdict; traffic: Traffic; dead: Life[]; order: Order },
): Promise<void> {
  const { verdict, traffic, dead, order } = run;
  const kills = dead.filter(({ cause }) => cause !== 'stopped');
  const at = (places: string[]) => kills.filter(({ cause }) => places.includes(cause!)).length;
  const share = order.kills / 300;
  verdict.say(
    `${kills.length} kills: ${at(BEFORE_SETTLEMENT)} between hold and settlement, ${at(AFTER_SETTLEMENT)} between settlement and last byte, ${at([RANDOM])} at random, ${at(['sweeper.mid'])} while ending the holds of others`,
  );
  for (const place of [...BEFORE_SETTLEMENT, ...AFTER_SETTLEMENT, 'sweeper.mid', RANDOM])
    verdict.say(`  ${place}: ${at([place])}`);
  verdict.need('kills', kills.length, order.kills);
  verdict.need('kills between hold and settlement', at(BEFORE_SETTLEMENT), Math.floor(100 * share));
  verdict.need('kills between settlement and last byte', at(AFTER_SETTLEMENT), Math.floor(30 * share));
  if (!order.quick) verdict.need('kills of a sweeper', at(['sweeper.mid']), 1);
  verdict.expect(at(['unasked']) === 0, `${at(['unasked'])} processes ended unasked`);
  const states = Map.groupBy(traffic.operations, ({ state }) => state);
  verdict.say(
    `${traffic.operations.length} requests: ${['ok', 'fail', 'unknown', 'unsent'].map((state) => `${states.get(state as 'ok')?.length ?? 0} ${state}`).join(', ')}`,
  );
  await world.withClient(async (client) => {
    const promises = await checkPromises(client, traffic.operations, world.readUpstreamJournal());
    verdict.say(...promises.lines);
    verdict.wrong.push(...promises.wrong);
    const deaths = kills.map(({ pid, startedAtMs, diedAtMs }) => ({ pid, startedAtMs, diedAtMs: diedAtMs! }));
    const holds = await checkDeadHolds(client, deaths);
    verdict.say(
      `${holds.orphans} holds outlived their process, the longest by ${holds.longestSeconds.toFixed(1)} s, ${holds.stillOpen} are open`,
    );
    verdict.wrong.push(...holds.wrong);
  });
  const readyAfterMs = world.slots.flatMap(({ lives }) =>
    lives.filter(({ readyAtMs }) => readyAtMs).map((life) => life.readyAtMs! - life.startedAtMs),
  );
  verdict.say(
    `ready again after ${(median(readyAfterMs) / 1000).toFixed(1)} s (median of ${readyAfterMs.length}), at most ${(Math.max(...readyAfterMs) / 1000).toFixed(1)} s`,
  );
  verdict.expect(quantile(readyAfterMs, 0.95) < 10_000, 'not ready again within 10 s (p95)');
}
