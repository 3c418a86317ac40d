import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Exchange } from './exchange.js';
import { Journal, type JournalEntry, JournalFile } from './journal.js';
import { ModelRoutes } from './model-routes.js';
import { errorBody, SandboxRefusal } from './sandbox.errors.js';
import { NO_SCRIPT, parseScript } from './script.js';

export type { JournalEntry, Outcome } from './journal.js';

export interface SandboxOptions {
  /** 0, the default, takes any free port. */
  port?: number;
  host?: string;
  /** A file that gets one fsynced JSON line a request. */
  journalFile?: string;
  /** A script for every request that does not say otherwise: how an upstream falls ill as a whole. */
  script?: string;
}

export interface Sandbox {
  url: string;
  /** What goes into UPSTREAM_BASE_URL: `url` with `/v1`. */
  baseUrl: string;
  port: number;
  /** Oldest first, by arrival; requests still open are in it. */
  journal: JournalEntry[];
  /** The first entry the predicate holds for, as soon as there is one. */
  waitFor(predicate: (entry: JournalEntry) => boolean): Promise<JournalEntry>;
  /** Replaces the standing script; an empty one heals. */
  setScript(script: string): void;
  clearJournal(): void;
  /** Breaks what is open, and resolves when the journal is on disk. */
  close(): Promise<void>;
}

/** Starts a sandbox in this process. Rejects when the port is taken or the journal cannot be opened. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, host = '127.0.0.1', journalFile, script = '' } = options;
  const file = journalFile === undefined ? undefined : await JournalFile.open(journalFile);
  const handler = new SandboxHandler(new Journal(file), script);
  const server = createServer(handler.handle);
  // Longer than any client keeps a connection, so that it is never the sandbox that closes an idle one.
  server.keepAliveTimeout = 600_000;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: 1024 }, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
  let closing: Promise<void> | undefined;
  return {
    url,
    baseUrl: `${url}/v1`,
    port: bound,
    journal: handler.journal.entries,
    waitFor: (predicate) => handler.journal.waitFor(predicate),
    setScript: (source) => handler.setScript(source),
    clearJournal: () => handler.journal.clear(),
    close: () => {
      closing ??= closeAll(server, handler.journal);
      return closing;
    },
  };
}

async function closeAll(server: Server, journal: Journal): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  journal.endOpen();
  server.closeAllConnections();
  await closed;
  await journal.close();
}

class SandboxHandler {
  private readonly routes: ModelRoutes;
  private readonly run = randomBytes(4).toString('hex');
  private served = 0;

  constructor(
    readonly journal: Journal,
    script: string,
  ) {
    this.routes = new ModelRoutes();
    this.setScript(script);
  }

  setScript(source: string): void {
    this.routes.standing = source.trim() === '' ? NO_SCRIPT : parseScript(source);
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { url = '/' } = request;
    const query = url.indexOf('?');
    const path = query < 0 ? url : url.slice(0, query);
    if (!path.startsWith('/v1/')) {
      this.control(path, request, response);
      return;
    }
    const exchange = new Exchange(request, response, this.journal.start(this.entry(path, request)));
    response.on('close', () => exchange.recording.end('peer-closed'));
    this.routes.serve(path, exchange).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else if (error instanceof SandboxRefusal) exchange.refuse(error);
      else exchange.refuse(new SandboxRefusal(500, `The sandbox itself failed: ${error}`));
    });
  };

  private entry(path: string, { method, headers }: IncomingMessage): JournalEntry {
    this.served += 1;
    return {
      id: `${path === '/v1/chat/completions' ? 'chatcmpl' : 'cmpl'}-sbx${this.run}${this.served.toString(36)}`,
      method: method ?? '',
      path,
      headers,
      model: null,
      stream: false,
      script: NO_SCRIPT,
      startedAt: Date.now(),
      receivedBody: '',
      receivedBytes: 0,
      outcome: 'open',
      status: null,
      tokensSent: 0,
      textSent: '',
      usageSent: null,
      bytesSent: 0,
      peerClosedAt: null,
      endedAt: null,
    };
  }

  /** The test driver's own door, which no gateway leads to. */
  private control(path: string, request: IncomingMessage, response: ServerResponse): void {
    const json = (status: number, body: string) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    switch (`${request.method} ${path}`) {
      case 'GET /':
        json(200, '{"object":"sandbox"}');
        return;
      case 'GET /__journal':
        json(200, JSON.stringify(this.journal.entries));
        return;
      case 'DELETE /__journal':
        this.journal.clear();
        json(200, '{}');
        return;
      case 'PUT /__script':
        void this.replaceScript(request, json);
        return;
      default:
        json(404, errorBody(404, `Unknown path ${path}.`, { code: 'not_found' }));
    }
  }

  private async replaceScript(request: IncomingMessage, json: (status: number, body: string) => void) {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
      this.setScript(Buffer.concat(chunks).toString());
      json(200, '{}');
    } catch (error) {
      if (error instanceof SandboxRefusal)
        json(error.status, errorBody(error.status, error.publicMessage, error.wire));
    }
  }
}
