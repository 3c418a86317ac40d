import { Snapshots } from '../checker/snapshots.ts';
import type { Order } from '../order.ts';
import { PLANTED_DEFECTS } from '../planted-defects.ts';
import { Herd, type HerdAnswer } from '../rig/herd.ts';
import { waitUntil } from '../rig/timing.ts';
import { MODEL, World, type WorldAccount } from '../rig/world.ts';
import { Verdict } from '../verdict.ts';

const REQUESTS = 64;
const ROUNDS = 20;
const FEW_ROUNDS = 2;
/** The dearest of the catalog: what a request priced as the cheap one would like to be served as. */
const DEAR_MODEL = 'deepseek-v3.2:671b';
const OTHER_KEYS = [
  'Model',
  'MAX_TOKENS',
  'Max_Completion_Tokens',
  'N',
  'Best_Of',
  'mode\\u004c',
  'max_to\u212aens',
];

/** What is asked of one account at a time, by all its clients at once, and what may come of each answer. */
interface Edge {
  name: string;
  millicredits: number;
  /** The whole request body; the spelling of its fields matters. */
  body: (at: number) => string;
  allowed: number[];
  mostServed: number;
}

const ASK = `"messages":[{"role":"user","content":"Anything? [[sandbox: tokens=400; ignore-limit; usage=finish]]"}]`;
const body = (fields: string, model = MODEL) => `{"model":"${model}",${ASK}${fields ? `,${fields}` : ''}}`;
const POOR = 400_000;
const RICH = 5_000_000;

function edges(): Edge[] {
  return [
    // Each may hold all there is: one after the other is served, none at the cost of another.
    {
      name: 'the first request of a new key, 64 times',
      millicredits: POOR,
      body: () => body('"max_tokens":100'),
      allowed: [200, 402],
      mostServed: REQUESTS,
    },
    {
      name: 'a model without a price',
      millicredits: RICH,
      body: () => body('', 'unpriced:1b'),
      allowed: [503],
      mostServed: 0,
    },
    {
      name: 'a model that costs nothing',
      millicredits: 0,
      body: () => body('"max_tokens":10', 'free:1b'),
      allowed: [200],
      mostServed: REQUESTS,
    },
    {
      name: 'no output limit',
      millicredits: POOR,
      body: () => body(''),
      allowed: [200, 402],
      mostServed: REQUESTS,
    },
    {
      name: 'an output limit of 1e9',
      millicredits: POOR,
      body: () => body('"max_tokens":1e9'),
      allowed: [200, 402],
      mostServed: REQUESTS,
    },
    {
      name: 'an output limit that is none',
      millicredits: RICH,
      body: (at) => body(`"max_tokens":${['0', '"100"', '-1', '1.5', '[]'][at % 5]}`),
      allowed: [400],
      mostServed: 0,
    },
    {
      name: 'sixteen choices',
      millicredits: POOR * 4,
      body: () => body('"max_tokens":20,"n":16'),
      allowed: [200, 402],
      mostServed: REQUESTS,
    },
    {
      name: '128 choices',
      millicredits: RICH,
      body: () => body('"max_tokens":20,"n":128'),
      allowed: [400],
      mostServed: 0,
    },
    {
      name: 'a second field that differs by case alone',
      millicredits: RICH,
      body: (at) =>
        body(
          `"max_tokens":5,"${OTHER_KEYS[at % OTHER_KEYS.length]}":${at % OTHER_KEYS.length === 0 || at % OTHER_KEYS.length === 5 ? `"${DEAR_MODEL}"` : '5000'}`,
        ),
      allowed: [400],
      mostServed: 0,
    },
    {
      name: 'a field that comes twice',
      millicredits: RICH,
      body: (at) => body(at % 2 ? `"max_tokens":5,"max_tokens":5000` : `"model":"${DEAR_MODEL}"`),
      allowed: [400],
      mostServed: 0,
    },
  ];
}

/** Many at once over two processes, at the edges of what a request may ask for and an account may pay. */
export async function runT03(order: Order): Promise<Verdict> {
  const verdict = new Verdict({ assertsTimes: !order.quick });
  const world = await World.make(order.sabotage ? PLANTED_DEFECTS.T03 : []);
  let keep = true;
  try {
    await world.startSandbox();
    await addModels(world);
    await world.startApi(2);
    const rounds = order.quick || order.sabotage ? FEW_ROUNDS : ROUNDS;
    const snapshots = new Snapshots(world.postgres.url);
    await snapshots.start(500);
    const herd = await Herd.gather(world, REQUESTS);
    for (const edge of edges()) await runEdge(world, verdict, { edge, herd, rounds });
    herd.end();
    verdict.addSnapshots(await snapshots.stop(), order.quick || order.sabotage ? 2 : 20);
    judgeUpstream(verdict, world);
    keep = verdict.wrong.length > 0 && !order.sabotage;
  } finally {
    await world.end({ keep });
  }
  return verdict;
}

/** One whose price nobody knows, and one that costs nothing. */
async function addModels(world: World): Promise<void> {
  await world.withClient(async (client) => {
    await client.query(
      `INSERT INTO tiers (id, position) VALUES ('without-price', 100), ('without-cost', 101)`,
    );
    await client.query(
      `INSERT INTO multipliers (tier, multiplier_milli, effective_at, announced_at, created_by, reason)
       VALUES ('without-cost', 0, app_now(), app_now(), 'torture', 'torture')`,
    );
    await client.query(
      `INSERT INTO models (id, name, family, vendor, category, capabilities, context_window, tier, state)
       SELECT id, id, 'test', 'test', 'chat', '{}', 8192, tier, 'active'
       FROM (VALUES ('unpriced:1b', 'without-price'), ('free:1b', 'without-cost')) AS m (id, tier)`,
    );
  });
}

async function runEdge(
  world: World,
  verdict: Verdict,
  run: { edge: Edge; herd: Herd; rounds: number },
): Promise<void> {
  const { edge, herd, rounds } = run;
  const seen = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    const account = await world.openOne({ millicredits: edge.millicredits, budgetMillicredits: null });
    const answers = await herd.release(account.key, edge.body);
    for (const { status, code } of answers) {
      const what = `${status}${code ? ` ${code}` : ''}`;
      seen.set(what, (seen.get(what) ?? 0) + 1);
    }
    await waitUntil(() => world.openHolds().then((open) => open === 0), 20_000);
    for (const wrong of await differences(world, { edge, account, answers })) {
      verdict.wrong.push(`${edge.name}, account ${account.accountUuid}: ${wrong}`);
    }
  }
  verdict.say(
    `  ${edge.name}: ${rounds} times ${REQUESTS}: ${[...seen].map(([what, n]) => `${n} ${what}`).join(', ')}`,
  );
}

async function differences(
  world: World,
  of: { edge: Edge; account: WorldAccount; answers: HerdAnswer[] },
): Promise<string[]> {
  const { edge, account, answers } = of;
  const wrong: string[] = [];
  const odd = answers.filter(({ status }) => !edge.allowed.includes(status));
  for (const { status, text } of odd.slice(0, 3)) wrong.push(`answered ${status}: ${text.slice(0, 200)}`);
  const served = answers.filter(({ status }) => status === 200);
  if (served.length > edge.mostServed) wrong.push(`${served.length} were served`);
  const sums = await world.ask(async (pool) => {
    const { rows } = await pool.query<Record<'charged' | 'records' | 'available' | 'held', string>>(
      `SELECT (SELECT coalesce(sum(charge), 0) FROM usage_records WHERE account_id = $1) AS charged,
         (SELECT count(*) FROM usage_records WHERE account_id = $1) AS records,
         (SELECT coalesce(sum(available), 0) FROM credit_grants WHERE account_id = $1) AS available,
         (SELECT coalesce(sum(held), 0) FROM credit_grants WHERE account_id = $1) AS held`,
      [account.accountUuid],
    );
    return rows[0]!;
  });
  const total = Number(sums.charged) + Number(sums.available) + Number(sums.held);
  if (total !== edge.millicredits) wrong.push(`${total} charged, available and held of ${edge.millicredits}`);
  if (Number(sums.records) !== served.length)
    wrong.push(`${sums.records} records for ${served.length} served`);
  const told = served.reduce((sum, { text }) => sum + toldMillicredits(text), 0);
  if (told !== Number(sums.charged)) wrong.push(`told ${told}, charged ${sums.charged}`);
  return wrong;
}

function toldMillicredits(text: string): number {
  return Math.round(Number(/"credits":([\d.]+)/.exec(text)?.[1]) * 1000);
}

/** Nothing without a price goes up, and nothing as a model it was not priced as. */
function judgeUpstream(verdict: Verdict, world: World): void {
  const bodies = world.readUpstreamJournal().map(({ receivedBody }) => receivedBody);
  for (const model of ['unpriced:1b', DEAR_MODEL]) {
    const n = bodies.filter((text) => text.includes(model)).length;
    verdict.expect(n === 0, `${n} requests reached the upstream with ${model} in them`);
  }
  verdict.say(`${bodies.length} requests reached the upstream, none without a price`);
}
