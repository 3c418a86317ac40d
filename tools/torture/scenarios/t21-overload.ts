import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Books } from '../../product/books.ts';
import type { Order } from '../order.ts';
import { PLANTED_DEFECTS } from '../planted-defects.ts';
import { type Crowd, flood } from '../rig/flood.ts';
import { pause, waitUntil } from '../rig/timing.ts';
import { World } from '../rig/world.ts';
import { Verdict } from '../verdict.ts';

/** From here on more connections bring no more answers, only longer waits. */
const SATURATED = 128;
const TIMES = 10;
const OTHERS = 30;
const REFUSED_WITHIN_MS = 100;
const NORMAL_WITHIN_MS = 15_000;
const LEAST_GOODPUT = 0.8;
const LEAST_SUCCESS = 0.9;

/** Ten times as many clients as saturate a process, first from all accounts, then from one. */
export async function runT21(order: Order): Promise<Verdict> {
  const verdict = new Verdict();
  const world = await World.make(order.sabotage ? PLANTED_DEFECTS.T21 : []);
  const upstream = fork(join(import.meta.dirname, '..', '..', 'bench', 'upstream.ts'), [], { execArgv: [] });
  try {
    const [{ port: upstreamPort }] = (await once(upstream, 'message')) as [{ port: number }];
    world.forwardTo(`http://127.0.0.1:${upstreamPort}/v1`);
    await world.openAccounts({ rich: OTHERS + 1, poor: 0 });
    await world.startApi(1);
    const { port } = world.slots[0]!;
    const keys = world.accounts.map(({ key }) => key);
    const seconds = order.quick ? 6 : 15;
    const crowds: Crowd[] = [];
    const run = async (connections: number, of: string[], howLong = seconds) => {
      const crowd = await flood({ port, keys: of, connections, seconds: howLong });
      crowds.push(crowd);
      return crowd;
    };
    await run(SATURATED, keys, seconds * 2);
    const calm = await run(1, keys, 3);
    const saturated = await run(SATURATED, keys);
    verdict.say(`saturated by ${SATURATED} connections: ${told(saturated)}`);

    const overloaded = await run(SATURATED * TIMES, keys);
    judgeOverload(verdict, { overloaded, saturated });
    await judgeRecovery(verdict, () => run(1, keys, 1), calm);

    const [noisy, ...others] = keys;
    const [flooding, calmOnes] = await Promise.all([run(SATURATED * TIMES, [noisy!]), run(OTHERS, others)]);
    judgeOneKey(verdict, { flooding, calmOnes });
    await judgeRecovery(verdict, () => run(1, keys, 1), calm);
    await judgeBooks(verdict, world, crowds);
  } finally {
    upstream.disconnect();
    await world.end({ keep: verdict.wrong.length > 0 && !order.sabotage });
  }
  return verdict;
}

function judgeOverload(
  verdict: Verdict,
  { overloaded, saturated }: Record<'overloaded' | 'saturated', Crowd>,
) {
  const goodput = overloaded.answersPerSecond / saturated.answersPerSecond;
  verdict.say(`${TIMES} times as many: ${told(overloaded)}; goodput ${(goodput * 100).toFixed(0)} %`);
  verdict.expect(refusals(overloaded) > 0, `nobody was refused at ${TIMES} times saturation`);
  verdict.expect(goodput >= LEAST_GOODPUT, `goodput ${(goodput * 100).toFixed(0)} %`);
  judgeRefusals(verdict, overloaded);
}

function judgeOneKey(verdict: Verdict, { flooding, calmOnes }: Record<'flooding' | 'calmOnes', Crowd>): void {
  const success = calmOnes.count(200) / calmOnes.all;
  verdict.say(`all of them with one key: ${told(flooding)}`);
  verdict.say(`${OTHERS} others beside it: ${told(calmOnes)}; success ${(success * 100).toFixed(1)} %`);
  verdict.expect(refusals(flooding) > 0, `nobody was refused with one key at ${TIMES} times saturation`);
  verdict.expect(success >= LEAST_SUCCESS, `the others had ${(success * 100).toFixed(1)} % success`);
  judgeRefusals(verdict, flooding);
}

function judgeRefusals(verdict: Verdict, crowd: Crowd): void {
  const others = [...crowd.tookMs.keys()].filter((status) => ![200, 429, 503].includes(status));
  verdict.expect(others.length === 0, `answers ${others.join(', ')}: neither served nor refused`);
  const late = crowd.quantile(0.99, 429, 503);
  verdict.expect(late <= REFUSED_WITHIN_MS, `a refusal took ${late.toFixed(0)} ms (p99)`);
}

/** Normal: everybody is served, and no slower than twice the calm before. */
async function judgeRecovery(verdict: Verdict, oneSecond: () => Promise<Crowd>, calm: Crowd): Promise<void> {
  const startedAt = performance.now();
  const isNormal = await waitUntil(async () => {
    const crowd = await oneSecond();
    return crowd.count(200) === crowd.all && crowd.quantile(0.5, 200) <= 2 * calm.quantile(0.5, 200);
  }, NORMAL_WITHIN_MS);
  verdict.say(`back to normal after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  verdict.expect(isNormal, `not back to normal after ${NORMAL_WITHIN_MS / 1000} s`);
  await pause(500);
}

async function judgeBooks(verdict: Verdict, world: World, crowds: Crowd[]): Promise<void> {
  const books = await Books.open(world.postgres.url);
  try {
    const sums = await books.sums(world.accounts.map(({ accountUuid }) => accountUuid));
    const answered = crowds.reduce((sum, crowd) => sum + crowd.count(200), 0);
    verdict.say(`charged / answered ${sums.completed} / ${answered}, ${sums.openHolds} holds open`);
    verdict.expect(sums.completed === answered, `${sums.completed} charged, ${answered} answered`);
    verdict.expect(sums.openHolds === 0, `${sums.openHolds} holds are open`);
    verdict.wrong.push(...(await books.proof()));
  } finally {
    await books.close();
  }
}

function refusals(crowd: Crowd): number {
  return crowd.count(429) + crowd.count(503);
}

function told(crowd: Crowd): string {
  const times = (...statuses: number[]) =>
    `p50 ${crowd.quantile(0.5, ...statuses).toFixed(0)} ms, p99 ${crowd.quantile(0.99, ...statuses).toFixed(0)} ms`;
  const refused = refusals(crowd);
  return [
    `${crowd.answersPerSecond.toFixed(0)} answers/s (${times(200)})`,
    ...(refused > 0 ? [`${refused} refused (${times(429, 503)})`] : []),
  ].join(', ');
}
