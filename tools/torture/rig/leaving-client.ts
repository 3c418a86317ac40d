import { connect, type Socket } from 'node:net';

/** How a client leaves: closing its side, resetting, or by reading and sending nothing more. */
export const WAYS = ['FIN', 'RST', 'silence'] as const;
export type Way = (typeof WAYS)[number];

/** One request over a bare socket, whose owner can leave it in every way there is. */
export class LeavingClient {
  private readonly socket: Socket;
  private text = '';
  private watchers: (() => void)[] = [];
  private isOver = false;

  constructor(port: number, bytes: string) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (chunk: Buffer) => {
      this.text += chunk.toString('latin1');
      this.look();
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.isOver = true;
      this.look();
    });
    this.socket.write(bytes);
  }

  /** What has come, headers and all. */
  get received(): string {
    return this.text;
  }

  /** The model's output in what has come. */
  get output(): string {
    const text = Buffer.from(this.text, 'latin1').toString();
    const texts = text.matchAll(/"(?:reasoning_)?content":("(?:[^"\\]|\\.)*")/g);
    return Array.from(texts, ([, quoted]) => JSON.parse(quoted!) as string).join('');
  }

  /** Resolves when the answer so far contains `part`; false when it ended or `mostMs` passed without. */
  until(part: string, mostMs: number): Promise<boolean> {
    return new Promise((done) => {
      const timer = setTimeout(() => done(false), mostMs);
      const look = () => {
        const has = this.text.includes(part);
        if (!has && !this.isOver) return;
        clearTimeout(timer);
        this.watchers = this.watchers.filter((other) => other !== look);
        done(has);
      };
      this.watchers.push(look);
      look();
    });
  }

  leave(way: Way): void {
    if (way === 'FIN') this.socket.end();
    else if (way === 'RST') this.socket.resetAndDestroy();
    else this.socket.pause();
  }

  /** Whatever is left of it goes. */
  end(): void {
    this.socket.destroy();
  }

  private look(): void {
    for (const watcher of [...this.watchers]) watcher();
  }
}
