import { readFileSync } from 'node:fs';
import type { SlowClient } from './slow-client.ts';
import { pause } from './timing.ts';

const LOOK_MS = 50;
const ESTABLISHED = '01';

/**
 * How many seconds after it had last taken anything the server gave up each connection, as the kernel has it: what
 * waits in the server's socket and the client's has been taken. Resolves when all are given up, or at `patienceMs`.
 */
export async function secondsToGivingUp(
  clients: SlowClient[],
  at: { serverPort: number; patienceMs: number },
): Promise<number[]> {
  const until = performance.now() + at.patienceMs;
  const watched = clients.map((client) => ({
    client,
    queued: -1,
    tookAtMs: 0,
    seconds: undefined as number | undefined,
  }));
  while (performance.now() < until && watched.some(({ seconds }) => seconds === undefined)) {
    const sockets = readSockets();
    const now = performance.now();
    for (const one of watched) {
      const port = one.client.localPort;
      if (one.seconds !== undefined || port === undefined) continue;
      const server = sockets.get(`${at.serverPort}:${port}`);
      const own = sockets.get(`${port}:${at.serverPort}`);
      const isOpen = server?.state === ESTABLISHED;
      const queued = (server?.sending ?? 0) + (own?.receiving ?? 0);
      if (isOpen && queued > one.queued) {
        one.queued = queued;
        one.tookAtMs = now;
      } else if (!isOpen && one.queued > 0) {
        one.seconds = (now - one.tookAtMs) / 1000;
      }
    }
    await pause(LOOK_MS);
  }
  return watched.flatMap(({ seconds }) => seconds ?? []);
}

/** By local and remote port, of IPv4. Bytes in hexadecimal, as /proc/net/tcp has them. */
function readSockets(): Map<string, { state: string; sending: number; receiving: number }> {
  const sockets = new Map<string, { state: string; sending: number; receiving: number }>();
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)) {
    const [, local, remote, state, queues] = line.trim().split(/\s+/);
    if (!local || !remote || !state || !queues) continue;
    const [sending, receiving] = queues.split(':').map((hex) => Number.parseInt(hex, 16));
    const port = (address: string) => Number.parseInt(address.split(':')[1]!, 16);
    sockets.set(`${port(local)}:${port(remote)}`, { state, sending: sending!, receiving: receiving! });
  }
  return sockets;
}
