import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as the model server saw and answered it. */
export interface RecordedExchange {
  /** The body as it arrived here. */
  sent: Record<string, unknown>;
  status: number;
  contentType: string;
  /** Every byte the server sent. */
  answer: string;
  /** Whether the server's answer came to its end, rather than being cut by our side. */
  complete: boolean;
}

/** What a server says a request used; it may say more. */
export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
}

/** Stands between the product and a model server, changes nothing, and writes both sides down. */
export class RecordingRelay {
  /** By the `user` that each request of ours carries. */
  readonly exchanges = new Map<string, RecordedExchange>();
  private readonly server: Server;
  private readonly target: URL;

  constructor(baseUrl: string) {
    this.target = new URL(baseUrl);
    this.server = createServer((incoming, outgoing) => void this.relay(incoming, outgoing));
  }

  /** The address to use in place of the server's own. */
  async start(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${this.target.pathname.replace(/\/$/, '')}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async relay(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await readAll(incoming).catch(() => undefined);
    if (!body) return;
    const exchange = this.record(body);
    const upstream = request(
      {
        host: this.target.hostname,
        port: this.target.port,
        path: incoming.url,
        method: incoming.method,
        headers: { ...incoming.headers, host: this.target.host },
      },
      (answer) => {
        exchange.status = answer.statusCode ?? 0;
        exchange.contentType = answer.headers['content-type'] ?? '';
        const pieces: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => {
          pieces.push(chunk);
          // What was on its way when the other side left did not reach it.
          exchange.answer = Buffer.concat(pieces).toString('utf8');
        });
        answer.on('end', () => {
          exchange.complete = true;
        });
        answer.on('error', () => outgoing.destroy());
        outgoing.writeHead(exchange.status, answer.headers);
        answer.pipe(outgoing);
      },
    );
    upstream.on('error', () => outgoing.destroy());
    outgoing.on('close', () => upstream.destroy());
    upstream.end(body);
  }

  private record(body: Buffer): RecordedExchange {
    const exchange: RecordedExchange = {
      sent: {},
      status: 0,
      contentType: '',
      answer: '',
      complete: false,
    };
    if (body.length === 0) return exchange;
    exchange.sent = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
    const user = String(exchange.sent['user']);
    if (this.exchanges.has(user)) throw new Error(`${user} was sent upstream twice`);
    this.exchanges.set(user, exchange);
    return exchange;
  }
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** The JSON objects of an answer: the one of a plain answer, or a stream's chunks in order. */
export function chunksOf(exchange: RecordedExchange): Record<string, unknown>[] {
  if (!exchange.contentType.includes('event-stream')) {
    return [JSON.parse(exchange.answer) as Record<string, unknown>];
  }
  const events = exchange.answer.split(/\r?\n\r?\n/);
  // The last piece of a stream that was cut may be half an event.
  if (!exchange.complete) events.pop();
  return events
    .map((event) => /^data: ?(.*)$/m.exec(event)?.[1]?.trim())
    .filter((data) => data !== undefined && data !== '[DONE]' && data !== '')
    .map((data) => JSON.parse(data!) as Record<string, unknown>);
}

/** The last usage the server stated, or undefined when it stated none. */
export function usageOf(chunks: Record<string, unknown>[]): Usage | undefined {
  const last = chunks.findLast(({ usage }) => usage !== undefined && usage !== null);
  return last?.['usage'] as Usage | undefined;
}
