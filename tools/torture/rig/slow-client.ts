import { connect, type Socket } from 'node:net';

/** What is to be sent, and how slowly. */
export interface Slowness {
  /** Sent at once. */
  bytes: string;
  /** Sent after it, one byte each `everyMs`. */
  drops?: { bytes: string; everyMs: number };
  /** How it reads: all that comes, nothing, or so many bytes a second. */
  reads: 'all' | 'nothing' | number;
}

/** A client over a bare socket that sends or reads more slowly than anybody should wait for. */
export class SlowClient {
  /** Milliseconds from the first byte sent to the end of the connection. */
  readonly closed: Promise<number>;
  readonly startedAtMs = Date.now();
  /** When each piece came, counted from the start, and what it was. */
  readonly pieces: { atMs: number; text: string }[] = [];
  private readonly socket: Socket;
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(port: number, slowness: Slowness) {
    const startedAt = performance.now();
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('error', () => undefined);
    this.closed = new Promise((done) => {
      this.socket.once('close', () => {
        for (const timer of this.timers) clearInterval(timer);
        done(performance.now() - startedAt);
      });
    });
    this.read(slowness.reads, startedAt);
    this.socket.write(slowness.bytes);
    if (slowness.drops) this.drip(slowness.drops);
  }

  /** By which the kernel knows the connection. */
  get localPort(): number | undefined {
    return this.socket.localPort;
  }

  get text(): string {
    return this.pieces.map(({ text }) => text).join('');
  }

  end(): void {
    this.socket.destroy();
  }

  private read(reads: Slowness['reads'], startedAt: number): void {
    if (reads === 'nothing') return;
    const keep = (bytes: Buffer | null) => {
      if (bytes) this.pieces.push({ atMs: performance.now() - startedAt, text: bytes.toString('latin1') });
    };
    if (reads === 'all') {
      this.socket.on('data', keep);
      return;
    }
    this.socket.on('readable', () => undefined);
    this.timers.push(setInterval(() => keep(this.socket.read(reads) as Buffer | null), 1_000));
  }

  private drip({ bytes, everyMs }: { bytes: string; everyMs: number }): void {
    let at = 0;
    const timer = setInterval(() => {
      if (at < bytes.length && this.socket.writable) this.socket.write(bytes[at++]!);
    }, everyMs);
    this.timers.push(timer);
  }
}

/** A chat request as bytes. */
export function chatBytes(key: string, body: object): string {
  const json = JSON.stringify(body);
  return `${headBytes(key, Buffer.byteLength(json))}\r\n${json}`;
}

/** Its headers, without the empty line behind them. */
export function headBytes(key: string, contentLength: number): string {
  return `POST /v1/chat/completions HTTP/1.1\r\nhost: torture\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: ${contentLength}\r\n`;
}
