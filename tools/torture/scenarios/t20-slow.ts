import { readFileSync } from 'node:fs';
import { Snapshots } from '../checker/snapshots.ts';
import type { Order } from '../order.ts';
import { PLANTED_DEFECTS } from '../planted-defects.ts';
import { chatBytes, SlowClient } from '../rig/slow-client.ts';
import { pause, waitUntil } from '../rig/timing.ts';
import { Traffic } from '../rig/traffic.ts';
import { MODEL, World } from '../rig/world.ts';
import { Verdict } from '../verdict.ts';
import { LIMITS, measureLimits, SHORT_LIMITS } from './t20-limits.ts';
import { measureOneLetter } from './t20-one-letter.ts';

const PAGE_BYTES = 4_096;
const KB = 1_024;
const IDLE_STREAMS = 500;
const IDLE_AT_ONCE = 50;
const MOST_KB_AN_IDLE_STREAM = 64;
/** Each floods its client with 10 MB and is not read: more than the kernel takes for it. */
const STALLED_STREAMS = 30;
/** By then each has filled what the kernel takes. */
const STALLED_SECONDS = 12;
const MOST_KB_A_STALLED_STREAM = 1_024;
const SLOW_STREAMS = 5;
const SLOW_TOKEN_MS = 30_000;
const SLOW_TOKENS = 4;
const KEEP_ALIVE_SECONDS = 15;
const MB = KB * KB;
const WORKING_ACCOUNTS = 8;

/** What is slow, stuck or huge, from both sides: limits fire on time, little is kept, and others do not feel it. */
export async function runT20(order: Order): Promise<Verdict> {
  const verdict = new Verdict();
  const world = await World.make(order.sabotage ? PLANTED_DEFECTS.T20 : []);
  let keep = true;
  try {
    await world.startSandbox();
    await world.openAccounts({ rich: WORKING_ACCOUNTS + LIMITS.length, poor: 0 });
    await world.startApi(1);
    await world.startApi(1, SHORT_LIMITS);
    await warmUp(world, order);
    const snapshots = new Snapshots(world.postgres.url);
    await snapshots.start(5_000);
    const slow = order.quick || order.sabotage ? undefined : readSlowTokens(world, verdict);
    // Idle ones first: what the stalled leave behind would be given back while they are measured.
    if (!order.sabotage) await measureIdle(world, verdict);
    await measureStalled(world, verdict);
    if (!order.sabotage) await measureLimits(world, verdict);
    await slow;
    await waitUntil(() => world.openHolds().then((open) => open === 0), 90_000);
    verdict.addSnapshots(await snapshots.stop(), order.quick || order.sabotage ? 2 : 20);
    await measureOneLetter(world, verdict, world.slots[0]!.port);
    const open = await world.openHolds();
    verdict.expect(open === 0, `${open} holds are still open`);
    if (order.sabotage) demandBoth(verdict);
    keep = verdict.wrong.length > 0 && !order.sabotage;
  } finally {
    await world.end({ keep });
  }
  return verdict;
}

async function warmUp(world: World, order: Order): Promise<void> {
  const shape = { workers: 16, streamShare: 0.7, msPerToken: 5, mostTokens: 24, seed: order.seed };
  const traffic = new Traffic(world, shape);
  traffic.accounts = world.accounts.slice(0, WORKING_ACCOUNTS);
  traffic.start();
  await pause(10_000);
  await traffic.stop();
  await pause(2_000);
}

/** At the default settings, a token each 30 s: nothing cuts it, and comments keep everybody between from cutting it. */
async function readSlowTokens(world: World, verdict: Verdict): Promise<void> {
  const clients = Array.from({ length: SLOW_STREAMS }, () =>
    stream(world, `tokens=${SLOW_TOKENS}; ms=${SLOW_TOKEN_MS}; usage=omit`, 'all'),
  );
  await Promise.race([Promise.all(clients.map(({ closed }) => closed)), allDone(clients)]);
  const comments = clients.map(({ text }) => text.split(': keep-alive').length - 1);
  const gaps = clients.flatMap(({ pieces }) => pieces.slice(1).map(({ atMs }, i) => atMs - pieces[i]!.atMs));
  const longestSeconds = Math.max(...gaps) / 1000;
  const whole = clients.filter(({ text }) => text.includes('[DONE]')).length;
  verdict.say(
    `${SLOW_STREAMS} streams of one token per ${SLOW_TOKEN_MS / 1000} s: ${whole} came whole, ${Math.min(...comments)} comments or more in each, never longer than ${longestSeconds.toFixed(1)} s without a byte`,
  );
  verdict.expect(whole === SLOW_STREAMS, `${SLOW_STREAMS - whole} slow streams did not come whole`);
  verdict.expect(
    longestSeconds <= KEEP_ALIVE_SECONDS * 1.1,
    `a slow stream had no byte for ${longestSeconds.toFixed(1)} s`,
  );
  for (const client of clients) client.end();
}

async function allDone(clients: SlowClient[]): Promise<void> {
  const most = SLOW_TOKEN_MS * (SLOW_TOKENS + 1);
  await waitUntil(() => clients.every(({ text }) => text.includes('[DONE]')), most);
}

/** Streams that have begun and then say nothing. */
async function measureIdle(world: World, verdict: Verdict): Promise<void> {
  const before = residentBytes(world);
  const clients: SlowClient[] = [];
  // All in one instant would be a flood, which is refused (T21).
  while (clients.length < IDLE_STREAMS) {
    clients.push(stream(world, 'tokens=40; hang-after=1; usage=omit', 'all'));
    if (clients.length % IDLE_AT_ONCE === 0) await pause(200);
  }
  const begun = () => clients.filter(({ text }) => text.includes('"content":')).length;
  await waitUntil(() => begun() === IDLE_STREAMS, 60_000);
  await pause(KEEP_ALIVE_SECONDS * 1.2 * 1000);
  const each = (residentBytes(world) - before) / KB / IDLE_STREAMS;
  const open = await world.openHolds();
  const kept = clients.filter(({ text }) => text.includes(': keep-alive')).length;
  verdict.say(
    `${begun()} idle streams (${open} holds open): ${each.toFixed(1)} KB of resident memory each; ${kept} have had a comment`,
  );
  verdict.need('idle streams', begun(), IDLE_STREAMS);
  verdict.expect(each <= MOST_KB_AN_IDLE_STREAM, `an idle stream takes ${each.toFixed(1)} KB`);
  verdict.expect(kept === IDLE_STREAMS, `${IDLE_STREAMS - kept} idle streams had no comment`);
  for (const client of clients) client.end();
  await waitUntil(async () => (await world.openHolds()) <= SLOW_STREAMS, 30_000);
}

/**
 * Streams whose clients read nothing, under a model that writes as fast as it is let. What one more takes is measured
 * on top of as many others: the first crowd also grows the heap, by garbage that is nobody's.
 */
async function measureStalled(world: World, verdict: Verdict): Promise<void> {
  const before = residentBytes(world);
  const clients: SlowClient[] = [];
  const crowdBytes: number[] = [];
  for (let crowd = 0; crowd < 2; crowd++) {
    for (let i = 0; i < STALLED_STREAMS; i++) {
      clients.push(stream(world, 'tokens=40000; ignore-limit; usage=omit', 'nothing'));
    }
    let most = 0;
    for (let second = 0; second < STALLED_SECONDS; second++) {
      await pause(1_000);
      most = Math.max(most, residentBytes(world));
    }
    crowdBytes.push(most);
  }
  const open = await world.openHolds();
  const [first = 0, both = 0] = crowdBytes;
  const each = (both - first) / KB / STALLED_STREAMS;
  verdict.say(
    `${clients.length} streams of 10 MB that nobody reads (${open} holds open): the first ${STALLED_STREAMS} grow the process by ${((first - before) / MB).toFixed(0)} MB, as many more by ${((both - first) / MB).toFixed(0)} MB: ${each.toFixed(0)} KB of resident memory each`,
  );
  verdict.expect(each <= MOST_KB_A_STALLED_STREAM, `a stalled stream takes ${each.toFixed(0)} KB`);
  verdict.expect(open >= clients.length, `${open} holds are open: not all that stalled were held back`);
  for (const client of clients) client.end();
  await waitUntil(async () => (await world.openHolds()) <= SLOW_STREAMS, 30_000);
}

function stream(world: World, script: string, reads: 'all' | 'nothing'): SlowClient {
  const { key } = world.accounts[3]!;
  const messages = [{ role: 'user', content: `Go on. [[sandbox: ${script}]]` }];
  const bytes = chatBytes(key, { model: MODEL, stream: true, max_tokens: 1_000, messages });
  return new SlowClient(world.slots[0]!.port, { bytes, reads });
}

function residentBytes(world: World): number {
  const pages = readFileSync(`/proc/${world.slots[0]!.life.pid}/statm`, 'utf8').split(' ')[1];
  return Number(pages) * PAGE_BYTES;
}

/** Two defects are planted; one that is found must not hide that the other was not. */
function demandBoth(verdict: Verdict): void {
  const isStuck = verdict.wrong.some((line) => /stalled/.test(line));
  const isLate = verdict.wrong.some((line) => line.startsWith('one letter'));
  verdict.say(`found: no back-pressure ${isStuck}, counting in one slice ${isLate}`);
  if (!isStuck || !isLate) verdict.wrong.length = 0;
}
