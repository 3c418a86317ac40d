/** The least a proxy in Node can do: the body goes up, the answer comes back; no key, no money, nothing is read. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Dispatcher, Pool } from 'undici';

const origin = process.argv[2]!;
const pool = new Pool(origin, { connections: 4_096, pipelining: 1 });

class Relay implements Dispatcher.DispatchHandler {
  private readonly response: ServerResponse;

  constructor(response: ServerResponse) {
    this.response = response;
  }

  // Its presence tells undici that this handler speaks the present form.
  onRequestStart(): void {}

  onResponseStart(_controller: unknown, status: number, headers: IncomingHttpHeaders): void {
    const { 'content-type': type = '', 'content-length': length } = headers;
    // A stream has no length: Node sends it in chunks.
    const kept = length === undefined ? {} : { 'content-length': length };
    this.response.writeHead(status, { 'content-type': type, ...kept });
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.response.write(chunk);
  }

  onResponseEnd(): void {
    this.response.end();
  }

  onResponseError(): void {
    this.response.destroy();
  }
}

const server = createServer({ noDelay: true, keepAliveTimeout: 75_000 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    pool.dispatch(
      {
        origin,
        path: request.url!,
        method: 'POST',
        headers: ['content-type', 'application/json'],
        body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks),
      },
      new Relay(response),
    );
  });
});
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0));
