import { randomUUID } from 'node:crypto';
import { readAttempts } from '../checker/attempts.ts';
import { Snapshots } from '../checker/snapshots.ts';
import type { Order } from '../order.ts';
import { PLANTED_DEFECTS } from '../planted-defects.ts';
import { type Asked, ask } from '../rig/one-request.ts';
import { freePort, pause, waitUntil } from '../rig/timing.ts';
import { MODEL, World } from '../rig/world.ts';
import { Verdict } from '../verdict.ts';

/** How the first upstream of a route fails, and what may come of it. */
interface Mode {
  script: string;
  /** `another`: the next upstream answers; `none`: nobody else is asked; `plain`: another only for plain requests. */
  retry: 'another' | 'none' | 'plain';
}

const MODES: Mode[] = [
  ...[
    'reset',
    'status=500',
    'status=502',
    'status=503',
    'status=504',
    'status=429; retry-after=1',
    'status=401',
    'status=403',
    'status=404',
  ].map((script): Mode => ({ script, retry: 'another' })),
  ...['error-after=0', 'close-after=0', 'reset-after=0', 'gzip'].map(
    (script): Mode => ({ script, retry: 'another' }),
  ),
  { script: 'refused', retry: 'another' },
  { script: 'tokens=20; reset-after=5', retry: 'plain' },
  { script: 'tokens=20; close-after=5', retry: 'plain' },
  { script: 'hang-headers', retry: 'none' },
  { script: 'status=400', retry: 'none' },
];
const EACH = 40;
const WARM_UP = 100;
const MOST_ATTEMPTS = 3;
const OPENS_MS = 5_000;
const CLOSES_MS = 10_000;
/** Long enough for the circuit to be at its longest when the upstream heals. */
const SICK_MS = 20_000;

/** An upstream fails in every way and another is good: answered once, billed once, and found again when it has healed. */
export async function runT06(order: Order): Promise<Verdict> {
  const verdict = new Verdict({ assertsTimes: !order.quick });
  const world = await World.make(order.sabotage ? PLANTED_DEFECTS.T06 : []);
  let keep = true;
  try {
    await world.startSandbox();
    await world.startSecondSandbox();
    await world.openAccounts({ rich: 8, poor: 0 });
    const models = await routeAll(world);
    await world.startApi(2, { FIRST_BYTE_SECONDS: '6', IDLE_SECONDS: '6' });
    const snapshots = new Snapshots(world.postgres.url);
    await snapshots.start(1_000);
    await warmUp(world, MODEL);
    const each = order.quick || order.sabotage ? 8 : EACH;
    const asked = await Promise.all(
      MODES.map((mode, i) => failAll(world, { mode, model: models[i]!, each })),
    );
    await judgeModes(world, verdict, asked);
    if (!order.sabotage) await judgeHealing(world, verdict, { sickMs: order.quick ? 8_000 : SICK_MS });
    await waitUntil(() => world.openHolds().then((open) => open === 0), 20_000);
    verdict.addSnapshots(await snapshots.stop(), order.quick || order.sabotage ? 2 : 20);
    keep = verdict.wrong.length > 0 && !order.sabotage;
  } finally {
    await world.end({ keep });
  }
  return verdict;
}

/** A model of its own for each mode, and a bad upstream of its own: no mode's circuit hides another's. */
async function routeAll(world: World): Promise<string[]> {
  const nobody = await freePort();
  return world.withClient(async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `SELECT id FROM models WHERE state = 'active' AND category <> 'embedding' AND id <> $1 ORDER BY id LIMIT $2`,
      [MODEL, MODES.length],
    );
    const add = async (name: string, baseUrl: string) => {
      const id = randomUUID();
      await client.query(
        `INSERT INTO upstreams (id, name, base_url, output_limit_fields, trusted, enabled) VALUES ($1, $2, $3, 'both', true, true)`,
        [id, name, baseUrl],
      );
      return id;
    };
    const route = (model: string, position: number, upstream: string, theirId: string) =>
      client.query('INSERT INTO routes (model_id, position, upstream_id, their_id) VALUES ($1, $2, $3, $4)', [
        model,
        position,
        upstream,
        theirId,
      ]);
    const good = await add('good', world.sandboxUrl);
    for (const [i, { script }] of MODES.entries()) {
      const model = rows[i]!.id;
      const isRefused = script === 'refused';
      const bad = await add(`bad-${i}`, isRefused ? `http://127.0.0.1:${nobody}/v1` : world.secondSandboxUrl);
      await route(model, 0, bad, isRefused ? 'm' : `m@${script}`);
      await route(model, 1, good, 'm');
    }
    const healing = await add('healing', world.secondSandboxUrl);
    await route(MODEL, 0, healing, 'healing');
    await route(MODEL, 1, good, 'm');
    return rows.map(({ id }) => id);
  });
}

/** A good upstream that is late because everything is new would count as a failing one. */
async function warmUp(world: World, model: string): Promise<void> {
  for (let i = 0; i < WARM_UP; i++) {
    const to = { port: world.slots[i % 2]!.port, key: world.accounts[0]!.key };
    await ask(to, { name: `op-5-${i}`, model, streamed: i % 4 > 1, script: 'tokens=10' });
  }
}

interface Failed {
  mode: Mode;
  asked: Asked[];
}

async function failAll(world: World, run: { mode: Mode; model: string; each: number }): Promise<Failed> {
  const asked: Asked[] = [];
  for (let i = 0; i < run.each; i++) {
    const account = world.accounts[i % world.accounts.length]!;
    const to = { port: world.slots[(i >> 1) % 2]!.port, key: account.key };
    const name = `op-6-${asked.length}-${run.model.replaceAll(/[^a-z0-9]/gi, '')}`;
    asked.push(await ask(to, { name, model: run.model, streamed: i % 2 === 1, script: '' }));
  }
  return { mode: run.mode, asked };
}

async function judgeModes(world: World, verdict: Verdict, all: Failed[]): Promise<void> {
  const attempts = await world.withClient(readAttempts);
  for (const { mode, asked } of all) {
    let byGood = 0;
    let most = 0;
    for (const one of asked) {
      const note = (text: string) => verdict.wrong.push(`${mode.script}, ${one.name}: ${text}`);
      const record = attempts.get(one.requestId);
      if (!record) {
        note(`no record (${one.status} ${one.code})`);
        continue;
      }
      most = Math.max(most, record.attempts.length);
      if (record.attempts.length > MOST_ATTEMPTS) note(`${record.attempts.length} attempts`);
      const last = record.attempts.at(-1);
      const isGood = last?.upstream === 'good';
      const skipped = record.attempts.length === 1 && isGood;
      if (isGood) byGood += 1;
      const mayAnother = mode.retry === 'another' || (mode.retry === 'plain' && !one.streamed) || skipped;
      if (mayAnother && !(one.isWhole && isGood))
        note(`not answered by the good one: ${one.status} ${one.code}`);
      if (!mayAnother && isGood) note('another upstream was asked, though this one may have run it');
      if (!mayAnother && one.isWhole) note('answered whole by a broken upstream');
      if (one.isWhole && record.charge !== one.toldMillicredits)
        note(`told ${one.toldMillicredits}, charged ${record.charge}`);
      if (!one.isWhole && mode.retry !== 'plain' && record.charge !== 0n)
        note(`failed and charged ${record.charge}`);
    }
    verdict.say(
      `  ${mode.script}: ${asked.length} requests, ${byGood} answered by the good one, at most ${most} attempts`,
    );
  }
  const total = all.reduce((sum, { asked }) => sum + asked.length, 0);
  verdict.say(
    `${total} requests over ${MODES.length} ways to fail: each answered or refused as it may be, one leg billed`,
  );
}

/** Falls ill, is left out; heals, is found. */
async function judgeHealing(world: World, verdict: Verdict, run: { sickMs: number }): Promise<void> {
  const asked: (Asked & { atMs: number })[] = [];
  let stopping = false;
  const traffic = Promise.all(
    [0, 1].map(async (slot) => {
      while (!stopping) {
        const { key } = world.accounts[slot]!;
        const name = `op-7-${asked.length}-${slot}`;
        const atMs = Date.now();
        asked.push({
          ...(await ask(
            { port: world.slots[slot]!.port, key },
            { name, model: MODEL, streamed: false, script: '' },
          )),
          atMs,
        });
        await pause(50);
      }
    }),
  );
  await pause(1_500);
  const sickAtMs = Date.now();
  await world.scriptSecondSandbox('status=500');
  await pause(run.sickMs);
  const healedAtMs = Date.now();
  await world.scriptSecondSandbox('');
  await pause(CLOSES_MS + 1_000);
  stopping = true;
  await traffic;
  const attempts = await world.withClient(readAttempts);
  const triedSick = (one: (typeof asked)[number]) =>
    attempts.get(one.requestId)?.attempts[0]?.upstream === 'healing';
  const sick = asked.filter(({ atMs }) => atMs > sickAtMs + OPENS_MS && atMs < healedAtMs - 500);
  const probes = sick.filter(triedSick).length;
  const closedAtMs = [0, 1].map((slot) => {
    const own = asked.filter((one) => one.name.endsWith(`-${slot}`) && one.atMs > healedAtMs);
    const lastOther = own.findLast((one) => !triedSick(one));
    return lastOther ? lastOther.atMs - healedAtMs : 0;
  });
  const failed = asked.filter(({ isWhole }) => !isWhole).length;
  verdict.say(
    `${asked.length} requests while one falls ill for ${run.sickMs / 1000} s: ${failed} failed; after 5 s ${probes} of ${sick.length} still tried it (probes); used again by all ${Math.max(...closedAtMs)} ms after it healed`,
  );
  verdict.expect(failed === 0, `${failed} requests failed while another upstream was good`);
  verdict.expect(
    probes <= sick.length * 0.2,
    `${probes} of ${sick.length} tried an upstream whose circuit should be open`,
  );
  verdict.expectTime(Math.max(...closedAtMs) <= CLOSES_MS, `not used again within 10 s of healing`);
}
