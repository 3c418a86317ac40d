import { connect } from 'node:net';
import { QUESTION } from '../../bench/answer.ts';
import { AnswerReader } from '../../bench/answer-reader.ts';
import { quantile } from '../verdict.ts';

/** What a crowd of clients got: how long each kind of answer took, by its status. */
export class Crowd {
  /** Milliseconds from question to whole answer; 0 for connections that were cut. */
  readonly tookMs = new Map<number, number[]>();
  seconds = 0;

  add(status: number, milliseconds: number): void {
    const times = this.tookMs.get(status);
    if (times) times.push(milliseconds);
    else this.tookMs.set(status, [milliseconds]);
  }

  count(status: number): number {
    return this.tookMs.get(status)?.length ?? 0;
  }

  get all(): number {
    return [...this.tookMs.values()].reduce((sum, { length }) => sum + length, 0);
  }

  get answersPerSecond(): number {
    return this.count(200) / this.seconds;
  }

  /** Of these statuses together; 0 when there were none. */
  quantile(share: number, ...statuses: number[]): number {
    return quantile(
      statuses.flatMap((status) => this.tookMs.get(status) ?? []),
      share,
    );
  }
}

const REFUSED = new Set([429, 503]);

/**
 * So many clients, each with one request at a time on a connection of its own, for so long. One that is refused comes
 * again after a second, as it was told to. Resolves when the last answer is in.
 */
export async function flood(order: {
  port: number;
  keys: string[];
  connections: number;
  seconds: number;
}): Promise<Crowd> {
  const crowd = new Crowd();
  const startedAt = performance.now();
  const until = startedAt + order.seconds * 1000;
  const clients = Array.from({ length: order.connections }, (_, i) =>
    oneClient({ port: order.port, key: order.keys[i % order.keys.length]!, until, crowd }),
  );
  await Promise.all(clients);
  crowd.seconds = (performance.now() - startedAt) / 1000;
  return crowd;
}

const RETRY_MS = 1_000;

function oneClient(client: { port: number; key: string; until: number; crowd: Crowd }): Promise<void> {
  const { port, key, until, crowd } = client;
  return new Promise((done) => {
    const reader = new AnswerReader();
    const question = questionBytes(port, key);
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let sentAt = 0;
    let isAsking = false;
    const ask = () => {
      sentAt = performance.now();
      isAsking = sentAt < until;
      if (isAsking) socket.write(question);
      else socket.end();
    };
    socket.once('connect', ask);
    socket.on('data', (chunk: Buffer) => {
      if (!reader.push(chunk)) return;
      const { status } = reader.take();
      crowd.add(status, performance.now() - sentAt);
      isAsking = false;
      if (REFUSED.has(status)) setTimeout(ask, RETRY_MS);
      else ask();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (isAsking) crowd.add(0, 0);
      done();
    });
  });
}

function questionBytes(port: number, key: string): Buffer {
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    `authorization: Bearer ${key}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(QUESTION)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${QUESTION}`);
}
