import { connect, type Socket } from 'node:net';
import { AnswerReader } from '../../bench/answer-reader.ts';
import { headBytes } from './slow-client.ts';
import { pause } from './timing.ts';
import type { World } from './world.ts';

/** One answer of a herd. `milliseconds` from the release to the whole answer. */
export interface HerdAnswer {
  status: number;
  code: string | undefined;
  /** The whole answer's body. */
  text: string;
  milliseconds: number;
}

/** Connections that are open before the requests are written, all at once, dealt out over the processes. */
export class Herd {
  private readonly sockets: Socket[] = [];
  private readonly answers: ((answer: HerdAnswer) => void)[] = [];
  private releasedAt = 0;

  static async gather(world: World, size: number): Promise<Herd> {
    const herd = new Herd();
    await Promise.all(
      Array.from({ length: size }, (_, i) => herd.add(world.slots[i % world.slots.length]!.port, i)),
    );
    return herd;
  }

  /** A request on each connection. Resolves when all are answered. */
  async release(key: string, bodyOf: (at: number) => string): Promise<HerdAnswer[]> {
    const bytes = this.sockets.map((_, at) => {
      const body = bodyOf(at);
      return `${headBytes(key, Buffer.byteLength(body))}\r\n${body}`;
    });
    const all = Promise.all(
      this.sockets.map(
        (_, at) =>
          new Promise<HerdAnswer>((done) => {
            this.answers[at] = done;
          }),
      ),
    );
    this.releasedAt = performance.now();
    for (const [at, socket] of this.sockets.entries()) socket.write(bytes[at]!);
    return Promise.race([
      all,
      pause(60_000).then(() => Promise.reject(new Error('a herd was not answered'))),
    ]);
  }

  end(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private add(port: number, at: number): Promise<void> {
    return new Promise((done, fail) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true }, done);
      const reader = new AnswerReader();
      socket.on('error', fail);
      socket.on('data', (chunk: Buffer) => {
        if (!reader.push(chunk)) return;
        const { bytes, status } = reader.take();
        const text = bytes.toString('utf8').split('\r\n\r\n').slice(1).join('\r\n\r\n');
        const code = /"code":"([a-z_]+)"/.exec(text)?.[1];
        this.answers[at]?.({ status, code, text, milliseconds: performance.now() - this.releasedAt });
      });
      this.sockets[at] = socket;
    });
  }
}
