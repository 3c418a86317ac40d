/**
 * Sends the same question over keep-alive connections, one request at a time on each, for as long as it is told,
 * and counts the answers that are complete and right. Speaks just enough HTTP for answers with a content-length.
 */
import { connect, type Socket } from 'node:net';
import { QUESTION } from './answer.ts';

export interface LoadOrder {
  port: number;
  connections: number;
  seconds: number;
  keys: string[];
  /** What a right answer contains. */
  expected: string;
}

export interface LoadResult {
  answers: number;
  /** Complete answers of another kind, and connections that broke. */
  wrong: number;
  /** The first of them. */
  wrongAnswer: string | undefined;
  seconds: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const BUCKET_US = 10;
const BUCKETS = 200_000;

/** Latencies in buckets of 10 µs up to 2 s: one addition a request. */
class Histogram {
  private readonly counts = new Uint32Array(BUCKETS);
  private total = 0;

  add(milliseconds: number): void {
    const bucket = Math.min(BUCKETS - 1, Math.floor((milliseconds * 1000) / BUCKET_US));
    this.counts[bucket] = this.counts[bucket]! + 1;
    this.total += 1;
  }

  quantile(share: number): number {
    let left = this.total * share;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.counts[bucket]!;
      if (left <= 0) return ((bucket + 0.5) * BUCKET_US) / 1000;
    }
    return 0;
  }
}

class Run {
  private readonly histogram = new Histogram();
  private readonly requests: Buffer[];
  private readonly expected: Buffer;
  private readonly order: LoadOrder;
  private answers = 0;
  private wrong = 0;
  private wrongAnswer: string | undefined;
  private next = 0;
  private until = 0;

  constructor(order: LoadOrder) {
    this.order = order;
    this.expected = Buffer.from(order.expected);
    this.requests = order.keys.map((key) => requestBytes(order.port, key));
  }

  async run(): Promise<LoadResult> {
    const sockets = await Promise.all(Array.from({ length: this.order.connections }, () => this.connect()));
    const startedAt = performance.now();
    this.until = startedAt + this.order.seconds * 1000;
    await Promise.all(sockets.map((socket) => this.drive(socket)));
    const { answers, wrong, wrongAnswer, histogram } = this;
    const seconds = (performance.now() - startedAt) / 1000;
    return {
      answers,
      wrong,
      wrongAnswer,
      seconds,
      p50: histogram.quantile(0.5),
      p99: histogram.quantile(0.99),
    };
  }

  private connect(): Promise<Socket> {
    return new Promise((done, fail) => {
      const socket = connect({ port: this.order.port, host: '127.0.0.1', noDelay: true });
      socket.once('error', fail);
      socket.once('connect', () => {
        socket.off('error', fail);
        done(socket);
      });
    });
  }

  /** Resolves when the time is up and the last answer is in. */
  private drive(socket: Socket): Promise<void> {
    return new Promise((done) => {
      let sentAt = 0;
      let received: Buffer | undefined;
      let length = -1;
      const send = () => {
        sentAt = performance.now();
        if (sentAt >= this.until) {
          socket.end();
          done();
          return;
        }
        this.next = (this.next + 1) % this.requests.length;
        socket.write(this.requests[this.next]!);
      };
      socket.on('data', (chunk: Buffer) => {
        received = received === undefined ? chunk : Buffer.concat([received, chunk]);
        if (length < 0) length = answerLength(received);
        if (length < 0 || received.length < length) return;
        this.histogram.add(performance.now() - sentAt);
        this.judge(received);
        received = undefined;
        length = -1;
        send();
      });
      socket.on('error', () => undefined);
      socket.on('close', () => {
        if (performance.now() < this.until) this.refuse('the connection was closed');
        done();
      });
      send();
    });
  }

  private judge(answer: Buffer): void {
    // "HTTP/1.1 200": the status stands in the same place in every answer.
    const isOk = answer[9] === 0x32 && answer[10] === 0x30 && answer[11] === 0x30;
    if (isOk && answer.includes(this.expected)) this.answers += 1;
    else this.refuse(answer.toString('utf8'));
  }

  private refuse(answer: string): void {
    this.wrong += 1;
    this.wrongAnswer ??= answer.slice(0, 2_000);
  }
}

/** Of head and body together; -1 until the head is complete. */
function answerLength(received: Buffer): number {
  const end = received.indexOf(HEAD_END);
  if (end < 0) return -1;
  const head = received.toString('latin1', 0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`an answer without content-length:\n${head}`);
  return end + HEAD_END.length + Number(length);
}

function requestBytes(port: number, key: string): Buffer {
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    `authorization: Bearer ${key}`,
    'content-type: application/json',
    'accept: application/json',
    `content-length: ${Buffer.byteLength(QUESTION)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${QUESTION}`);
}

process.on('message', (order: LoadOrder) => {
  void new Run(order).run().then((result) => process.send!(result));
});
process.on('disconnect', () => process.exit(0));
