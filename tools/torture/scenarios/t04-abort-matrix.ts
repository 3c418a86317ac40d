import { type Aborted, checkAborted } from '../checker/abort-cells.ts';
import { Snapshots } from '../checker/snapshots.ts';
import type { Order } from '../order.ts';
import { PLANTED_DEFECTS } from '../planted-defects.ts';
import { LeavingClient, WAYS, type Way } from '../rig/leaving-client.ts';
import { pause, waitUntil } from '../rig/timing.ts';
import { Traffic } from '../rig/traffic.ts';
import { MODEL, World, type WorldAccount } from '../rig/world.ts';
import { Verdict } from '../verdict.ts';

/** Where a client leaves. `until` is the text it has then; undefined: as soon as the upstream has the request. */
interface Point {
  name: string;
  script: string;
  until?: string;
  costs: Aborted['costs'];
  /** Half of the body is sent, and the rest never. */
  unsent?: boolean;
  /** The upstream is done by then: nothing is left to cancel. */
  isOver?: boolean;
  /** The upstream falls silent by itself: of a silent client it is our idle limit that ends it, and then we count. */
  hangs?: boolean;
}

const STREAM_POINTS: Point[] = [
  { name: 'while the body is sent', script: '', costs: 'nothing', unsent: true },
  { name: 'before the first byte', script: 'hang-headers', costs: 'nothing' },
  { name: 'after the role', script: 'role-only', until: '"role"', costs: 'nothing' },
  { name: 'after some output', script: 'tokens=200; ms=5', until: '"content":" ', costs: 'used' },
  {
    name: 'after reasoning alone',
    script: 'reasoning=40; ms=5; hang-after=40',
    until: '"reasoning_content":" ',
    costs: 'used',
    hangs: true,
  },
  {
    name: 'between finish and end',
    script: 'tokens=20; ms=5; hang-after-finish',
    until: '"content":" ',
    costs: 'used',
    isOver: true,
  },
  { name: 'when all has come', script: 'tokens=20; ms=5', until: '[DONE]', costs: 'used', isOver: true },
];

const PLAIN_POINTS: Point[] = [
  { name: 'while the body is sent', script: '', costs: 'nothing', unsent: true },
  { name: 'before the first byte', script: 'hang-headers', costs: 'nothing' },
  { name: 'after the upstream’s headers', script: 'hang-body', costs: 'nothing' },
  { name: 'in the middle of the upstream’s body', script: 'hang-after=1; tokens=40', costs: 'nothing' },
  { name: 'just as the upstream answers', script: 'tokens=20; ms=5', costs: 'either', isOver: true },
  {
    name: 'with the headers read',
    script: 'tokens=20; ms=5',
    until: 'HTTP/1.1 200',
    costs: 'used',
    isOver: true,
  },
  { name: 'when all has come', script: 'tokens=20; ms=5', until: '"credits"', costs: 'used', isOver: true },
];

const ROUNDS = 20;
/** How many are under way at once; most of them only wait. */
const AT_ONCE = 40;
const WARM_UP_MS = 10_000;
const REACH_MS = 30_000;
const HOLDS_END_MS = 5_000;
/** Limits are shortened so that silence ends in this run. Those toward an upstream end what a silent client does not. */
const LIMITS = {
  BODY_SECONDS: '3',
  FIRST_BYTE_SECONDS: '5',
  IDLE_SECONDS: '7',
  CLIENT_STALL_SECONDS: '3',
  MAX_REQUEST_SECONDS: '20',
};
const SILENCE_MS = 9_000;

interface Cell {
  point: Point;
  streamed: boolean;
  reports: boolean;
  way: Way;
}

/** Clients leave at seven points, in three ways, with and without usage; each is charged what the table says. */
export async function runT04(order: Order): Promise<Verdict> {
  const verdict = new Verdict({ assertsTimes: !order.quick });
  const world = await World.make(order.sabotage ? PLANTED_DEFECTS.T04 : []);
  const rounds = order.quick || order.sabotage ? 1 : ROUNDS;
  let keep = true;
  try {
    const cells = allCells().flatMap((cell) => Array.from({ length: rounds }, () => cell));
    await world.startSandbox();
    await world.openAccounts({ rich: cells.length, poor: 0 });
    await world.startApi(2, LIMITS);
    await warmUp(world, order);
    const snapshots = new Snapshots(world.postgres.url);
    await snapshots.start(2_000);
    const aborted = await runAll(world, cells);
    verdict.addSnapshots(await snapshots.stop(), order.quick || order.sabotage ? 2 : 20);
    await addUpstreams(world, aborted);
    const report = await world.withClient((client) => checkAborted(client, aborted));
    verdict.say(
      `${aborted.length} requests left: ${allCells().length} cells, ${rounds} times each; limits shortened: ${Object.entries(
        LIMITS,
      )
        .map(([name, value]) => `${name}=${value}`)
        .join(' ')}`,
      `the slowest upstream was let go of ${report.slowestCancelMs} ms after its client left`,
    );
    for (const [what, n] of [...report.counts].toSorted()) verdict.say(`  ${what}: ${n}`);
    const atUpstream = aborted.filter(({ upstream }) => upstream).length;
    verdict.need('requests that reached the upstream', atUpstream, Math.floor(aborted.length * 0.8));
    verdict.wrong.push(...report.wrong);
    for (const line of report.late) verdict.expectTime(false, line);
    keep = verdict.wrong.length > 0 && !order.sabotage;
  } finally {
    await world.end({ keep });
  }
  return verdict;
}

function allCells(): Cell[] {
  return [true, false].flatMap((streamed) =>
    (streamed ? STREAM_POINTS : PLAIN_POINTS).flatMap((point) =>
      [true, false].flatMap((reports) => WAYS.map((way) => ({ point, streamed, reports, way }))),
    ),
  );
}

async function runAll(world: World, cells: Cell[]): Promise<Aborted[]> {
  const aborted: Aborted[] = [];
  // Dealt out so that like cells do not come together.
  const queue = cells
    .map((cell, i) => ({ cell, i }))
    .toSorted((a, b) => ((a.i * 7919) % cells.length) - ((b.i * 7919) % cells.length));
  let next = 0;
  const work = async () => {
    for (let at = next++; at < queue.length; at = next++) {
      const { cell, i } = queue[at]!;
      aborted.push(await runOne(world, { cell, number: i, account: world.accounts[i]! }));
      if (aborted.length % 200 === 0) console.log(`  … ${aborted.length} left`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return aborted;
}

async function runOne(
  world: World,
  run: { cell: Cell; number: number; account: WorldAccount },
): Promise<Aborted> {
  const { cell, number, account } = run;
  const { point, streamed, reports, way } = cell;
  const usage = reports ? (streamed ? '; usage=every' : '') : '; usage=omit';
  const prompt = `abort-${number}-end [[sandbox: ${point.script || 'tokens=20'}${usage}]]`;
  const body = JSON.stringify({
    model: MODEL,
    messages: [{ role: 'user', content: prompt }],
    max_tokens: 400,
    ...(streamed ? { stream: true } : {}),
  });
  const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: torture\r\nauthorization: Bearer ${account.key}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  const slot = world.slots[number % world.slots.length]!;
  const client = new LeavingClient(slot.port, head + (point.unsent ? body.slice(0, body.length / 2) : body));
  await reach(world, { point, client, accountUuid: account.accountUuid });
  const leftAtMs = Date.now();
  const read = client.output;
  client.leave(way);
  // A silent client is ended by our limits, or by those toward the upstream; then the hold has its 5 s as always.
  await pause((way === 'silence' ? SILENCE_MS : 0) + HOLDS_END_MS);
  const openHolds = await openHoldsOf(world, account.accountUuid);
  client.end();
  return {
    cell: `${streamed ? 'stream' : 'plain'}, ${point.name}, usage ${reports ? 'sent' : 'omitted'}, ${way} (abort-${number}-end)`,
    accountUuid: account.accountUuid,
    prompt,
    costs: point.costs,
    reports: reports && !(point.hangs && way === 'silence'),
    leftAtMs,
    cancels: way !== 'silence' && !point.isOver && !point.unsent,
    read,
    upstream: undefined,
    openHolds,
  };
}

/** Waits until the client has what its point says, or until its request is certainly at the upstream. */
async function reach(
  world: World,
  at: { point: Point; client: LeavingClient; accountUuid: string },
): Promise<void> {
  const { point, client, accountUuid } = at;
  if (point.unsent) return pause(100);
  if (point.until !== undefined) {
    if (!(await client.until(point.until, REACH_MS))) {
      throw new Error(`${point.name}: never came: ${client.received.slice(0, 400)}`);
    }
    return;
  }
  if (!(await waitUntil(() => wasHeld(world, accountUuid), REACH_MS))) {
    throw new Error(`${point.name}: no hold was taken`);
  }
  // From the hold to the upstream's headers it is a few milliseconds.
  if (point.costs !== 'either') await pause(150);
}

/** The first requests of a process wait for its compiler, and the time an upstream is let go of is measured here. */
async function warmUp(world: World, order: Order): Promise<void> {
  await world.openMore(1);
  const shape = { workers: 12, streamShare: 0.5, msPerToken: 5, mostTokens: 24, seed: order.seed };
  const traffic = new Traffic(world, shape);
  traffic.accounts = world.accounts.slice(-1);
  traffic.start();
  await pause(WARM_UP_MS);
  await traffic.stop();
}

/** Ended ones count as well: a quick answer may be there before anybody looks. */
async function wasHeld(world: World, accountUuid: string): Promise<boolean> {
  return world.ask(
    async (pool) =>
      (await pool.query('SELECT 1 FROM holds WHERE account_id = $1', [accountUuid])).rowCount === 1,
  );
}

async function openHoldsOf(world: World, accountUuid: string): Promise<number> {
  return world.ask(
    async (client) =>
      (await client.query(`SELECT 1 FROM holds WHERE account_id = $1 AND state = 'open'`, [accountUuid]))
        .rowCount ?? 0,
  );
}

async function addUpstreams(world: World, aborted: Aborted[]): Promise<void> {
  const byName = new Map(aborted.map((one) => [/abort-\d+-end/.exec(one.prompt)![0], one]));
  for (const line of world.readUpstreamJournal()) {
    const one = byName.get(/abort-\d+-end/.exec(line.receivedBody)?.[0] ?? '');
    if (one) one.upstream = line;
  }
}
