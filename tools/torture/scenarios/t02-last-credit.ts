import { Snapshots } from '../checker/snapshots.ts';
import type { Order } from '../order.ts';
import { Herd, type HerdAnswer } from '../rig/herd.ts';
import { waitUntil } from '../rig/timing.ts';
import { MODEL, World, type WorldAccount } from '../rig/world.ts';
import { median, Verdict } from '../verdict.ts';

const REQUESTS = 200;
const ROUNDS = 50;
const FEW_ROUNDS = 3;
const WARM_UP_ROUNDS = 10;
const SERVED = [0, 1, 10];
const OUTPUT_TOKENS = 100;
const MOST_REFUSAL_MS = 100;
const MULTIPLIER_MILLI = 500;
/** What is held for a prompt: half the body's bytes and 8 a message. */
const MESSAGE_ALLOWANCE = 8;
const COUNTED = 'IF v_at IS NOT NULL THEN b_used[v_at] := b_used[v_at] + v_amount; END IF;';

type Limit = 'credits' | 'budget';

interface Round {
  limit: Limit;
  k: number;
  account: WorldAccount;
  answers: HerdAnswer[];
}

/** Two hundred requests released together over two processes, with credit, or a key's budget, for k of them. */
export async function runT02(order: Order): Promise<Verdict> {
  const verdict = new Verdict({ assertsTimes: !order.quick });
  const world = await World.make();
  let keep = true;
  try {
    if (order.sabotage) await forgetsInABatch(world);
    await world.startSandbox();
    await world.startApi(2);
    const rounds = order.quick || order.sabotage ? FEW_ROUNDS : ROUNDS;
    const snapshots = new Snapshots(world.postgres.url);
    const herd = await Herd.gather(world, REQUESTS);
    for (let round = 0; round < WARM_UP_ROUNDS; round++)
      await releaseOne(world, herd, { limit: 'credits', k: 10 });
    await snapshots.start(400);
    const all: Round[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const limit of ['credits', 'budget'] as const) {
        for (const k of SERVED) all.push(await releaseOne(world, herd, { limit, k }));
      }
    }
    const rich = await releaseOne(world, herd, { limit: 'credits', k: REQUESTS });
    herd.end();
    await waitUntil(() => world.openHolds().then((open) => open === 0), 20_000);
    verdict.addSnapshots(await snapshots.stop(), order.quick || order.sabotage ? 2 : 20);
    await judge(verdict, world, [...all, rich]);
    judgeTimes(verdict, all);
    keep = verdict.wrong.length > 0 && !order.sabotage;
  } finally {
    await world.end({ keep });
  }
  return verdict;
}

function bodyFor(name: string): { body: string; promptTokens: number } {
  const content = `${name} Is anything left for me? [[sandbox: fixed=PPP,${OUTPUT_TOKENS}]]`;
  const make = (text: string) =>
    JSON.stringify({
      model: MODEL,
      messages: [{ role: 'user', content: text }],
      max_tokens: OUTPUT_TOKENS,
    });
  const promptTokens = Math.ceil(Buffer.byteLength(make(content)) / 2) + MESSAGE_ALLOWANCE;
  // As many digits, so that the estimate is the one that was worked out.
  const padded = String(promptTokens).padStart(3, '0');
  return { body: make(content.replace('PPP', padded)), promptTokens };
}

async function releaseOne(world: World, herd: Herd, of: { limit: Limit; k: number }): Promise<Round> {
  const { body, promptTokens } = bodyFor('herd-of-two-hundred:');
  const cost = (promptTokens + OUTPUT_TOKENS) * MULTIPLIER_MILLI;
  const isRich = of.limit === 'budget';
  const account = await world.openOne({
    millicredits: cost * (isRich ? REQUESTS * 2 : of.k),
    // A budget of nothing is refused when a key is made; the least there is pays for nothing either.
    budgetMillicredits: isRich ? Math.max(1, cost * of.k) : null,
  });
  return { ...of, account, answers: await herd.release(account.key, () => body) };
}

async function judge(verdict: Verdict, world: World, all: Round[]): Promise<void> {
  const facts = await world.withClient(async (client) => {
    const { rows } = await client.query<{
      account: string;
      charged: string;
      records: string;
      held: string;
      available: string;
    }>(
      `SELECT account_id AS account,
         (SELECT coalesce(sum(charge), 0) FROM usage_records u WHERE u.account_id = g.account_id) AS charged,
         (SELECT count(*) FROM usage_records u WHERE u.account_id = g.account_id) AS records,
         sum(held) AS held, sum(available) AS available
       FROM credit_grants g GROUP BY account_id`,
    );
    return new Map(rows.map((row) => [row.account, row]));
  });
  const refusals = new Map<string, number>();
  for (const { limit, k, account, answers } of all) {
    const note = (text: string) =>
      verdict.wrong.push(`${limit} for ${k}, account ${account.accountUuid}: ${text}`);
    const served = answers.filter(({ status }) => status === 200).length;
    if (served !== k) note(`${served} were served`);
    for (const { status, code } of answers) {
      if (status === 200) continue;
      refusals.set(`${status} ${code}`, (refusals.get(`${status} ${code}`) ?? 0) + 1);
      if (status !== 402) note(`refused with ${status} ${code}`);
    }
    const fact = facts.get(account.accountUuid);
    if (Number(fact?.records ?? 0) !== k) note(`${fact?.records} usage records`);
    if (Number(fact?.held ?? 0) !== 0) note(`${fact?.held} are on hold`);
    if (limit === 'credits' && k < REQUESTS && Number(fact?.available ?? 0) !== 0)
      note(`${fact?.available} are left`);
  }
  const upstream = world.readUpstreamJournal().length;
  const records = await world.withClient(async (client) =>
    Number((await client.query('SELECT count(*) AS n FROM usage_records')).rows[0].n),
  );
  verdict.say(
    `${all.length} herds of ${REQUESTS}: each served exactly as often as it could pay; refusals: ${[...refusals].map(([what, n]) => `${n} ${what}`).join(', ')}`,
    `${upstream} requests reached the upstream, ${records} were admitted`,
  );
  verdict.expect(upstream === records, `${upstream} requests reached the upstream, ${records} were admitted`);
}

function judgeTimes(verdict: Verdict, all: Round[]): void {
  const p99s = all.map(({ answers }) => {
    const times = answers.filter(({ status }) => status === 402).map(({ milliseconds }) => milliseconds);
    return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0;
  });
  verdict.say(
    `refusals: p99 of a herd ${median(p99s).toFixed(0)} ms (median of ${p99s.length} herds; ${Math.min(...p99s).toFixed(0)} to ${Math.max(...p99s).toFixed(0)})`,
  );
  verdict.expectTime(median(p99s) <= MOST_REFUSAL_MS, `refusals took ${median(p99s).toFixed(0)} ms`);
}

/** What a batch has promised is not counted against a budget until it is written. */
async function forgetsInABatch(world: World): Promise<void> {
  await world.withClient(async (client) => {
    const { rows } = await client.query<{ source: string }>(
      `SELECT pg_get_functiondef('billing_reserve'::regproc) AS source`,
    );
    const { source } = rows[0]!;
    if (!source.includes(COUNTED)) throw new Error('billing_reserve counts budgets in another way');
    await client.query(source.replace(COUNTED, ''));
  });
}
