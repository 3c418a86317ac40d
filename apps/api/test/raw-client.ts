import { connect, type Socket } from 'node:net';

/** A bare connection whose owner decides what is sent and when it is read. */
export class RawClient {
  readonly closed: Promise<void>;
  private readonly socket: Socket;
  private text = '';
  private length = 0;
  private most = Number.POSITIVE_INFINITY;

  constructor(url: string, options: { reads: boolean }) {
    this.socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' });
    this.closed = new Promise((done) => this.socket.once('close', () => done()));
    this.socket.on('error', () => undefined);
    if (options.reads) {
      this.socket.on('data', (bytes: Buffer) => {
        this.text += bytes.toString('latin1');
      });
    }
  }

  get received(): string {
    return this.text;
  }

  send(text: string): void {
    this.socket.write(text);
  }

  readOn(): void {
    this.socket.on('data', (bytes: Buffer) => {
      this.length += bytes.length;
      if (this.length > this.most) this.socket.destroy();
    });
  }

  /** Which comes first: the end of the connection, or so many bytes. */
  async closedOrWhole(bytes: number): Promise<'closed' | 'whole'> {
    this.most = bytes;
    await this.closed;
    return this.length > bytes ? 'whole' : 'closed';
  }

  /** Resolves once the text that came matches; rejects when nothing more can come. */
  async until(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.text)) {
      if (this.socket.destroyed) throw new Error(`closed before ${pattern}: ${this.text.slice(0, 500)}`);
      await new Promise((done) => setTimeout(done, 10));
    }
  }

  end(): void {
    this.socket.destroy();
  }
}
