/**
 * Sends the same question over keep-alive connections, one request at a time on each, for as long as it is told,
 * and counts the answers that are complete and right.
 */
import { connect, type Socket } from 'node:net';
import { QUESTION, STREAM_QUESTION } from './answer.ts';
import { AnswerReader } from './answer-reader.ts';
import { Histogram } from './histogram.ts';

export interface LoadOrder {
  port: number;
  path: string;
  /** Beside those of every request. */
  headers: string[];
  stream: boolean;
  connections: number;
  seconds: number;
  /** Requests a second over all connections; as fast as they are answered without it. */
  rate?: number;
  keys: string[];
  /** What the end of a right answer contains. */
  expected: string;
  /** Whether the ids of right answers are wanted: a list of all of them. */
  ids?: boolean;
}

export interface LoadResult {
  answers: number;
  /** Complete answers of another kind, and connections that broke. */
  wrong: number;
  /** The first of them. */
  wrongAnswer: string | undefined;
  seconds: number;
  /** Milliseconds, of the whole answer. */
  p50: number;
  p99: number;
  /** Milliseconds until the first byte of an answer, which a stream has long before its end. */
  firstByteP50: number;
  requestIds: string[];
}

class Run {
  private readonly histogram = new Histogram();
  private readonly firstBytes = new Histogram();
  private readonly requests: Buffer[];
  private readonly expected: Buffer;
  private readonly order: LoadOrder;
  private readonly requestIds: string[] = [];
  private answers = 0;
  private wrong = 0;
  private wrongAnswer: string | undefined;
  private next = 0;
  private startedAt = 0;
  private until = 0;

  constructor(order: LoadOrder) {
    this.order = order;
    this.expected = Buffer.from(order.expected);
    this.requests = order.keys.map((key) => requestBytes(order, key));
  }

  async run(): Promise<LoadResult> {
    const sockets = await Promise.all(Array.from({ length: this.order.connections }, () => this.connect()));
    this.startedAt = performance.now();
    this.until = this.startedAt + this.order.seconds * 1000;
    await Promise.all(sockets.map((socket) => this.drive(socket)));
    const { answers, wrong, wrongAnswer, histogram, requestIds } = this;
    return {
      answers,
      wrong,
      wrongAnswer,
      seconds: (performance.now() - this.startedAt) / 1000,
      p50: histogram.quantile(0.5),
      p99: histogram.quantile(0.99),
      firstByteP50: this.firstBytes.quantile(0.5),
      requestIds,
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
      const reader = new AnswerReader();
      let sentAt = 0;
      let hasBegun = false;
      const send = () => {
        sentAt = performance.now();
        if (sentAt >= this.until) {
          socket.end();
          done();
          return;
        }
        this.next += 1;
        hasBegun = false;
        socket.write(this.requests[this.next % this.requests.length]!);
      };
      socket.on('data', (chunk: Buffer) => {
        if (!hasBegun) this.firstBytes.add(performance.now() - sentAt);
        hasBegun = true;
        if (!reader.push(chunk)) return;
        this.histogram.add(performance.now() - sentAt);
        this.judge(reader.take());
        const wait = this.waitMs();
        if (wait > 0) setTimeout(send, wait);
        else send();
      });
      socket.on('error', () => undefined);
      socket.on('close', () => {
        if (performance.now() < this.until) this.refuse('the connection was closed');
        done();
      });
      send();
    });
  }

  /** How long until the next request is due. */
  private waitMs(): number {
    const { rate } = this.order;
    return rate === undefined ? 0 : this.startedAt + (this.next * 1000) / rate - performance.now();
  }

  private judge(answer: { bytes: Buffer; status: number; requestId: string | undefined }): void {
    if (answer.status !== 200 || !answer.bytes.includes(this.expected)) {
      this.refuse(answer.bytes.toString('utf8'));
      return;
    }
    this.answers += 1;
    if (this.order.ids) this.requestIds.push(answer.requestId ?? '');
  }

  private refuse(answer: string): void {
    this.wrong += 1;
    this.wrongAnswer ??= answer.slice(0, 2_000);
  }
}

function requestBytes(order: LoadOrder, key: string): Buffer {
  const body = order.stream ? STREAM_QUESTION : QUESTION;
  const head = [
    `POST ${order.path} HTTP/1.1`,
    `host: 127.0.0.1:${order.port}`,
    `authorization: Bearer ${key}`,
    'content-type: application/json',
    'accept: application/json',
    ...order.headers,
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

process.on('message', (order: LoadOrder) => {
  void new Run(order).run().then((result) => process.send!(result));
});
process.on('disconnect', () => process.exit(0));
