import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { checkPromises } from '../checker/promises.ts';
import { Snapshots } from '../checker/snapshots.ts';
import type { Order } from '../order.ts';
import { PLANTED_DEFECTS } from '../planted-defects.ts';
import type { Life } from '../rig/api-slot.ts';
import { pause, waitUntil } from '../rig/timing.ts';
import { type Operation, Traffic } from '../rig/traffic.ts';
import { World } from '../rig/world.ts';
import { Verdict } from '../verdict.ts';

const DRAIN_SECONDS = 5;
const STREAMS = 100;
const ROUNDS = 20;
const PLAIN = 20_000;
const END_MS = (DRAIN_SECONDS + 5) * 1_000;

/** Two processes replaced in turn under load: nobody notices, but for the streams that last longer than the drain. */
export async function runT10(order: Order): Promise<Verdict> {
  const verdict = new Verdict({ assertsTimes: !order.quick });
  const world = await World.make(order.sabotage ? PLANTED_DEFECTS.T10 : []);
  let keep = true;
  try {
    await world.startSandbox();
    await world.openAccounts({ rich: 16, poor: 0 });
    await world.startApi(2, { DRAIN_SECONDS: String(DRAIN_SECONDS) });
    const snapshots = new Snapshots(world.postgres.url);
    await snapshots.start(2_000);
    const plain = new Traffic(world, {
      workers: 8,
      streamShare: 0,
      msPerToken: 1,
      mostTokens: 8,
      seed: order.seed,
    });
    const streams = new Traffic(world, {
      workers: STREAMS,
      streamShare: 1,
      msPerToken: 150,
      mostTokens: 60,
      seed: order.seed + 1,
    });
    plain.start();
    streams.start();
    await pause(3_000);
    const rounds = order.quick || order.sabotage ? 4 : ROUNDS;
    const ended: Life[] = [];
    const open: number[] = [];
    for (let i = 0; i < rounds; i++) {
      open.push(streams.operations.filter(({ state }) => state === 'open').length);
      ended.push(await replace(world, i % 2));
      await pause(1_000);
    }
    const least = order.quick || order.sabotage ? 0 : PLAIN;
    await waitUntil(() => plain.operations.length >= least, 300_000);
    await Promise.all([plain.stop(), streams.stop()]);
    await waitUntil(() => world.openHolds().then((held) => held === 0), 60_000);
    verdict.addSnapshots(await snapshots.stop(), order.quick || order.sabotage ? 2 : 20);
    judgeProcesses(verdict, { ended, open });
    await judgeRequests(world, verdict, { plain: plain.operations, streams: streams.operations, least });
    keep = verdict.wrong.length > 0 && !order.sabotage;
  } finally {
    await world.end({ keep });
  }
  return verdict;
}

async function replace(world: World, at: number): Promise<Life> {
  const slot = world.slots[at]!;
  const { life } = slot;
  slot.terminate();
  await waitUntil(() => life.diedAtMs !== undefined, 60_000);
  await waitUntil(() => slot.isReady, 60_000);
  return life;
}

function judgeProcesses(verdict: Verdict, run: { ended: Life[]; open: number[] }): void {
  const tookMs = run.ended.map(({ leftAtMs, diedAtMs }) => diedAtMs! - leftAtMs!);
  verdict.say(
    `${run.ended.length} restarts with ${Math.min(...run.open)} to ${Math.max(...run.open)} streams open; a process ends ${Math.max(...tookMs)} ms after it is told to, at most (drain ${DRAIN_SECONDS} s)`,
  );
  verdict.need('streams open at a restart', Math.min(...run.open), STREAMS / 2);
  for (const [i, life] of run.ended.entries()) {
    verdict.expect(life.exitCode === 0, `process ${life.pid} ended with ${life.exitCode}`);
    verdict.expectTime(tookMs[i]! <= END_MS, `process ${life.pid} took ${tookMs[i]} ms to end`);
  }
}

async function judgeRequests(
  world: World,
  verdict: Verdict,
  run: { plain: Operation[]; streams: Operation[]; least: number },
): Promise<void> {
  const { plain, streams, least } = run;
  verdict.need('plain requests', plain.length, least);
  const failed = plain.filter(({ state }) => state !== 'ok');
  const whole = streams.filter(({ state }) => state === 'ok');
  const cut = streams.filter(({ state, code }) => state === 'fail' && code === 'shutting_down');
  const other = streams.filter((one) => one.state !== 'ok' && !cut.includes(one));
  verdict.say(
    `${plain.length} plain requests, ${failed.length} failed`,
    `${streams.length} streams: ${whole.length} whole, ${cut.length} ended by an error event, ${other.length} otherwise`,
  );
  verdict.need('streams cut by a drain', cut.length, 1);
  for (const one of [...failed, ...other]) {
    verdict.wrong.push(`${one.name}: ${one.state} ${one.status ?? ''} ${one.code ?? ''}`);
  }
  const upstream = world.readUpstreamJournal();
  await world.withClient(async (client) => {
    const promises = await checkPromises(client, [...plain, ...streams], upstream);
    verdict.say(...promises.lines);
    verdict.wrong.push(...promises.wrong);
    const { rows } = await client.query<{ id: string; charge: string; completion: string; outcome: string }>(
      `SELECT request_id AS id, charge, completion_tokens AS completion, outcome FROM usage_records`,
    );
    const records = new Map(rows.map((row) => [`req_${row.id.replaceAll('-', '')}`, row]));
    const sent = new Map(upstream.map((line) => [/op-\d+-\d+/.exec(line.receivedBody)?.[0], line.textSent]));
    for (const one of cut) {
      const record = records.get(one.requestId ?? '');
      const tokens = countTokens(sent.get(one.name) ?? '');
      const isRight = record && Math.abs(Number(record.completion) - tokens) <= Math.max(tokens * 0.1, 16);
      if (!isRight)
        verdict.wrong.push(`${one.name}: cut after ${tokens} tokens, charged for ${record?.completion}`);
    }
  });
  verdict.say(`${cut.length} cut streams: each charged for what was delivered`);
}
