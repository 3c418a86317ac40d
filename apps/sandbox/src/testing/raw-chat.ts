import { type ClientRequest, request } from 'node:http';

/** What came over the wire, as it came. */
export interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** One buffer a read. */
  reads: Buffer[];
  text: string;
  /** The connection broke before the body was whole. */
  broken: boolean;
}

export interface RawChat {
  answer: Promise<RawAnswer>;
  /** Breaks the connection, as a client that leaves. */
  leave(): void;
}

export const STREAMED = { stream: true, stream_options: { include_usage: true } };

/** One chat request with no client library between, steered by `script` in the header. */
export function rawChat(baseUrl: string, script: string, body: object = {}): RawChat {
  const sending = request(`${baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { 'x-sandbox': script },
  });
  const answer = receive(sending);
  sending.end(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hello' }], ...body }));
  return { answer, leave: () => sending.destroy() };
}

function receive(sending: ClientRequest): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const raw: RawAnswer = { status: 0, headers: {}, reads: [], text: '', broken: true };
    const done = (broken: boolean) => resolve({ ...raw, text: Buffer.concat(raw.reads).toString(), broken });
    sending.on('error', () => done(true));
    sending.on('response', (response) => {
      raw.status = response.statusCode!;
      raw.headers = response.headers;
      response.on('data', (chunk: Buffer) => raw.reads.push(chunk));
      response.on('error', () => done(true));
      response.on('close', () => done(!response.complete));
    });
  });
}
