import { secondsToGivingUp } from '../rig/kernel-queues.ts';
import { chatBytes, headBytes, SlowClient, type Slowness } from '../rig/slow-client.ts';
import { MODEL, type World } from '../rig/world.ts';
import type { Verdict } from '../verdict.ts';

/**
 * So that each fires within this run; none equals another, so that it is known which did. The HTTP client's own timer,
 * which watches the first byte, is up to 2 s late whatever it was set to.
 */
export const SHORT_LIMITS = {
  BODY_SECONDS: '10',
  CLIENT_STALL_SECONDS: '14',
  FIRST_BYTE_SECONDS: '30',
  IDLE_SECONDS: '22',
  MAX_REQUEST_SECONDS: '40',
};
const EACH = 5;
const TOLERANCE = 0.1;
/** More than the kernel takes. */
const FLOOD = 'tokens=1500000; chunk-tokens=4000; ignore-limit; usage=omit';

interface Limit {
  name: string;
  seconds: number;
  slowness: (key: string) => Slowness;
  /** What the client has read by then. */
  told?: RegExp;
  /** Counted from the last that came of this; without it, from the first byte sent. */
  since?: RegExp;
  /** The client cannot see it; the kernel tells. */
  unseen?: boolean;
}

/** Each has an account of its own, among the last. */
export const LIMITS: Limit[] = [
  {
    name: 'headers, a byte each second',
    seconds: Number(SHORT_LIMITS.BODY_SECONDS),
    slowness: (key) => ({
      bytes: 'P',
      drops: { bytes: headBytes(key, 100).slice(1), everyMs: 1_000 },
      reads: 'all',
    }),
    told: /^HTTP\/1.1 408/,
  },
  {
    name: 'a connection without a byte',
    seconds: Number(SHORT_LIMITS.BODY_SECONDS),
    slowness: () => ({ bytes: '', reads: 'all' }),
  },
  {
    name: 'a body, a byte each half second',
    seconds: Number(SHORT_LIMITS.BODY_SECONDS),
    slowness: (key) => ({
      bytes: `${headBytes(key, 10_000)}\r\n`,
      drops: { bytes: `{"model":"${MODEL}","padding":"${'x'.repeat(5_000)}`, everyMs: 500 },
      reads: 'all',
    }),
    told: /^HTTP\/1.1 408.*"request_timeout"/s,
  },
  {
    name: 'a stream without a first byte',
    seconds: Number(SHORT_LIMITS.FIRST_BYTE_SECONDS),
    slowness: chat('hang-headers', true),
    told: /"error":\{/,
  },
  {
    name: 'an answer without a first byte',
    seconds: Number(SHORT_LIMITS.FIRST_BYTE_SECONDS),
    slowness: chat('hang-headers', false),
    told: /"error":\{/,
  },
  {
    name: 'a stream that falls silent',
    seconds: Number(SHORT_LIMITS.IDLE_SECONDS),
    slowness: chat('tokens=40; hang-after=5; usage=omit', true),
    since: /"content":/,
    told: /data: \{"error":\{.*$/s,
  },
  {
    name: 'a stream without an end',
    seconds: Number(SHORT_LIMITS.MAX_REQUEST_SECONDS),
    slowness: chat('tokens=400; ms=500; usage=omit', true),
    told: /data: \{"error":\{.*$/s,
  },
  {
    name: 'a client that reads nothing',
    seconds: Number(SHORT_LIMITS.CLIENT_STALL_SECONDS),
    slowness: (key) => ({ ...chat(FLOOD, true)(key), reads: 'nothing' }),
    unseen: true,
  },
  {
    name: 'a client that reads 1 KB a second',
    seconds: Number(SHORT_LIMITS.CLIENT_STALL_SECONDS),
    slowness: (key) => ({ ...chat(FLOOD, true)(key), reads: 1_024 }),
    unseen: true,
  },
];

function chat(script: string, stream: boolean): (key: string) => Slowness {
  const messages = [{ role: 'user', content: `Go on. [[sandbox: ${script}]]` }];
  return (key) => ({
    bytes: chatBytes(key, { model: MODEL, stream, max_tokens: 1_000, messages }).replace(
      '\r\n',
      '\r\nconnection: close\r\n',
    ),
    reads: 'all',
  });
}

/** Every limit toward a client and an upstream, at once: when it fired, and what the client was told. */
export async function measureLimits(world: World, verdict: Verdict): Promise<void> {
  const { port } = world.slots[1]!;
  const shown = Object.entries(SHORT_LIMITS).map(([name, value]) => `${name}=${value}`);
  verdict.say(`limits, with ${shown.join(' ')}:`);
  const accounts = world.accounts.slice(-LIMITS.length);
  const lines = await Promise.all(
    LIMITS.map(async (limit, i) => {
      const { key } = accounts[i]!;
      const clients = Array.from({ length: EACH }, () => new SlowClient(port, limit.slowness(key)));
      const seconds = limit.unseen
        ? await secondsToGivingUp(clients, { serverPort: port, patienceMs: limit.seconds * 3_000 })
        : await Promise.all(clients.map((client) => secondsToClosing(client, limit.since)));
      for (const client of clients) client.end();
      const untold = clients.filter(({ text }) => limit.told && !limit.told.test(text)).length;
      verdict.expect(untold === 0, `${limit.name}: ${untold} of ${EACH} were not told`);
      const off = seconds.filter((one) => Math.abs(one - limit.seconds) > limit.seconds * TOLERANCE);
      verdict.expect(
        off.length === 0 && seconds.length === EACH,
        `${limit.name}: ${off.length} of ${seconds.length} ended more than 10 % off ${limit.seconds} s: ${seconds.map((one) => one.toFixed(1)).join(', ')}`,
      );
      return `  ${limit.name}: ${limit.seconds} s, fired after ${Math.min(...seconds).toFixed(1)} to ${Math.max(...seconds).toFixed(1)} s (${seconds.length})`;
    }),
  );
  verdict.say(...lines);
}

async function secondsToClosing(client: SlowClient, since: RegExp | undefined): Promise<number> {
  const closedMs = await client.closed;
  const last = since && client.pieces.findLast(({ text }) => since.test(text));
  return (closedMs - (last?.atMs ?? 0)) / 1000;
}
