import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Recording } from './journal.js';
import { errorBody, SandboxRefusal } from './sandbox.errors.js';

export const JSON_TYPE = 'application/json';
export const STREAM_TYPE = 'text/event-stream; charset=utf-8';

/** One request and its answer, with the journal's record of both. */
export class Exchange {
  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    readonly recording: Recording,
  ) {}

  get id(): string {
    return this.recording.entry.id;
  }

  /** A whole answer in one write; `headers` are more names and values in turn. The journal says how it ended before the peer can have read it. */
  send(status: number, body: string, contentType = JSON_TYPE, headers: string[] = []): void {
    const bytes = Buffer.byteLength(body);
    this.recording.entry.status = status;
    this.recording.wrote(bytes);
    this.recording.end(status < 400 ? 'answered' : 'refused');
    // Names and values in a row: the form Node writes without building an object first.
    this.response.writeHead(status, [
      ...['content-type', contentType, 'content-length', String(bytes), 'x-request-id', this.id],
      ...headers,
    ]);
    this.response.end(body);
  }

  refuse(error: SandboxRefusal): void {
    this.send(error.status, errorBody(error.status, error.publicMessage, error.wire));
  }

  /** Headers of an answer whose body follows in steps. */
  open(headers: Record<string, string | number>): void {
    this.recording.entry.status = 200;
    this.response.writeHead(200, { 'x-request-id': this.id, ...headers });
  }

  /** Resolves after `ms`, or as soon as the peer leaves. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.response.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

const MOST_BYTES = 256 * 1024 * 1024;

/** The whole body; rejects with a 413 above 256 MB, never settles when the peer leaves midway. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= MOST_BYTES) return;
      chunks = [];
      request.pause();
      reject(new SandboxRefusal(413, 'The body is too large.'));
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
  });
}
