import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

/** One connection a request: what a test sees is one request's doing, and a herd is not queued on this side. */
const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY });

export interface Call {
  method?: string;
  /** As it is sent: nothing normalises it on the way. */
  path: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
}

// biome-ignore lint/suspicious/noExplicitAny: a test looks freely into what came, and fails where it is not there
export type Json = any;

/** A whole answer. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The body as JSON; undefined when it is none. */
  json: Json;
}

/** An answer as it comes, of a client that may leave. */
export interface OpenCall {
  /** What has come until now. */
  text(): string;
  /** Resolves when the text so far contains `part`. */
  until(part: string): Promise<void>;
  /** Resolves when the answer has ended, whole or not. */
  ended: Promise<Answer>;
  /** Closes the connection. */
  leave(): void;
}

export async function call(url: string, options: Call): Promise<Answer> {
  return openCall(url, options).ended;
}

export function openCall(url: string, { method = 'GET', path, headers = {}, body }: Call): OpenCall {
  const { hostname, port } = new URL(url);
  const type = body === undefined || 'content-type' in headers ? {} : { 'content-type': 'application/json' };
  // Node frames the body of a DELETE only when asked to; unframed, it reads as the next request.
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const sent = request({ hostname, port, method, path, agent, headers: { ...type, ...length, ...headers } });
  const seen: Buffer[] = [];
  const watchers = new Set<() => void>();
  const text = () => Buffer.concat(seen).toString('utf8');
  const ended = new Promise<Answer>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response: IncomingMessage) => {
      response.on('data', (chunk: Buffer) => {
        seen.push(chunk);
        for (const look of watchers) look();
      });
      response.on('error', () => undefined);
      response.on('close', () =>
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          text: text(),
          json: jsonOf(text()),
        }),
      );
    });
  });
  // A client that leaves before the answer has nobody to tell.
  ended.catch(() => undefined);
  sent.end(body);
  return {
    text,
    until: (part) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!text().includes(part)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        ended.then(() => reject(new Error(`ended without ${part}: ${text()}`)), reject);
        look();
      }),
    ended,
    leave: () => sent.destroy(),
  };
}

/** The data of each event of a stream, parsed; `[DONE]` as itself, comments left out. */
export function eventsOf(text: string): Json[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice('data:'.length).trim())
    .map((data) => (data === '[DONE]' ? data : JSON.parse(data)));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
