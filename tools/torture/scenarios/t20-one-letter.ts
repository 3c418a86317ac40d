import { Agent, request } from 'node:http';
import { chatBytes, SlowClient } from '../rig/slow-client.ts';
import { pause, waitUntil } from '../rig/timing.ts';
import { MODEL, type World } from '../rig/world.ts';
import { median, type Verdict } from '../verdict.ts';

const LETTERS = 200_000;
const ROUNDS = 5;
const ROUND_MS = 4_000;
const MOST_DELAY_MS = 20;
const PROBES = 2;

interface Round {
  requests: number;
  medianMs: number;
  slowestMs: number;
}

/**
 * A prompt and an answer of 200 KB of one letter each, whose client leaves after the answer has come and whose upstream
 * reports nothing: both have to be counted, which of one run of a letter takes a tokenizer very long. Others are asked
 * meanwhile how long they wait.
 */
export async function measureOneLetter(world: World, verdict: Verdict, port: number): Promise<void> {
  const without: Round[] = [];
  const beside: Round[] = [];
  let counted = 0;
  await probe(world, port, pause(ROUND_MS));
  for (let round = 0; round < ROUNDS; round++) {
    without.push(await probe(world, port, pause(ROUND_MS)));
    let going = true;
    const letters = (async () => {
      while (going) {
        await sendAndLeave(world, port);
        counted += 1;
      }
    })();
    beside.push(await probe(world, port, pause(ROUND_MS)));
    going = false;
    await letters;
  }
  const show = (rounds: Round[]) =>
    `slowest ${median(rounds.map(({ slowestMs }) => slowestMs)).toFixed(1)} ms, half under ${median(rounds.map(({ medianMs }) => medianMs)).toFixed(1)} ms (${rounds.reduce((sum, { requests }) => sum + requests, 0)} requests)`;
  const delays = without.map(({ slowestMs }, i) => beside[i]!.slowestMs - slowestMs);
  verdict.say(
    `200 KB of one letter sent, answered and left, ${counted} times; medians of ${ROUNDS} rounds of ${ROUND_MS / 1000} s of other requests:`,
    `  without it: ${show(without)}`,
    `  beside it:  ${show(beside)}`,
    `  the slowest of a round is later by ${median(delays).toFixed(1)} ms (rounds: ${delays.map((ms) => ms.toFixed(1)).join(', ')})`,
  );
  verdict.need('requests of one letter that were counted', counted, ROUNDS);
  verdict.expect(
    median(delays) <= MOST_DELAY_MS,
    `one letter: other requests are later by ${median(delays).toFixed(1)} ms, ${MOST_DELAY_MS} are allowed`,
  );
}

/** Asks one request after another until `until`. */
async function probe(world: World, port: number, until: Promise<void>): Promise<Round> {
  const agent = new Agent({ keepAlive: true });
  const times: number[] = [];
  let going = true;
  const ended = until.then(() => {
    going = false;
  });
  const body = JSON.stringify({
    model: MODEL,
    max_tokens: 16,
    messages: [{ role: 'user', content: 'hi [[sandbox: fixed=10,10]]' }],
  });
  const workers = Array.from({ length: PROBES }, async (_, i) => {
    const { key } = world.accounts[i]!;
    while (going) {
      const startedAt = performance.now();
      await ask(agent, { port, key, body });
      times.push(performance.now() - startedAt);
      await pause(5);
    }
  });
  await Promise.all([...workers, ended]);
  agent.destroy();
  return { requests: times.length, medianMs: median(times), slowestMs: Math.max(...times) };
}

function ask(agent: Agent, call: { port: number; key: string; body: string }): Promise<void> {
  return new Promise((done, fail) => {
    const headers = {
      authorization: `Bearer ${call.key}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(call.body),
    };
    const { port } = call;
    const sent = request(
      { host: '127.0.0.1', port, path: '/v1/chat/completions', method: 'POST', agent, headers },
      (answer) => {
        answer.resume();
        answer.on('end', () =>
          answer.statusCode === 200 ? done() : fail(new Error(`a probe was answered ${answer.statusCode}`)),
        );
      },
    );
    sent.on('error', fail);
    sent.end(call.body);
  });
}

/** Resolves when it is charged. */
async function sendAndLeave(world: World, port: number): Promise<void> {
  const { accountUuid, key } = world.accounts[PROBES]!;
  const content = `${'a'.repeat(LETTERS)} [[sandbox: letters=${LETTERS}; fixed=10,10; usage=omit; hang-after=1]]`;
  const client = new SlowClient(port, {
    bytes: chatBytes(key, {
      model: MODEL,
      stream: true,
      max_tokens: 1_000,
      messages: [{ role: 'user', content }],
    }),
    reads: 'all',
  });
  const came = () => client.pieces.reduce((sum, { text }) => sum + text.length, 0) > LETTERS;
  if (!(await waitUntil(came, 20_000)))
    throw new Error(`the letters never came: ${client.text.slice(0, 300)}`);
  client.end();
  await waitUntil(async () => !(await isHeld(world, accountUuid)), 20_000);
}

async function isHeld(world: World, accountUuid: string): Promise<boolean> {
  return world.withClient(async (client) => {
    const { rowCount } = await client.query(`SELECT 1 FROM holds WHERE account_id = $1 AND state = 'open'`, [
      accountUuid,
    ]);
    return rowCount !== 0;
  });
}
