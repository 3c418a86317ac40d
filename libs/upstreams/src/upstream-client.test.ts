import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { closeAll, exchange, listen, targetAt, upstream } from './upstream-client.harness.js';

afterEach(closeAll);

it('only the named headers and the very bytes go up', async () => {
  let seen: { request: IncomingMessage; body: string } | undefined;
  const target = await upstream((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen = { request, body: Buffer.concat(chunks).toString() };
      response.end('ok');
    });
  });
  expect(await exchange(target)).toEqual({ status: 200, text: 'ok' });
  expect(seen?.body).toBe('{"a":1}');
  expect(seen?.request.url).toBe('/v1/chat/completions');
  expect(Object.keys(seen!.request.headers).toSorted()).toEqual([
    'accept',
    'accept-encoding',
    'authorization',
    'connection',
    'content-length',
    'content-type',
    'host',
  ]);
  expect(seen?.request.headers['accept-encoding']).toBe('identity');
});

it('an error status is an answer, not a failure', async () => {
  const target = await upstream((_request, response) => response.writeHead(503).end('{"error":1}'));
  expect(await exchange(target)).toEqual({ status: 503, text: '{"error":1}' });
});

it('an upstream that is not there fails before anything was sent', async () => {
  const closed = createTcpServer();
  const url = await listen(closed);
  await new Promise((done) => closed.close(done));
  const { failure } = await exchange(targetAt(url));
  expect([failure?.kind, failure?.sent]).toEqual(['connect', false]);
});

it('no message for a client names a host, an address or the secret', async () => {
  const closed = createTcpServer();
  const url = await listen(closed);
  await new Promise((done) => closed.close(done));
  const { failure } = await exchange(targetAt(url));
  expect(failure?.detail.internal).toContain('127.0.0.1');
  expect(failure?.publicMessage).not.toMatch(/127\.0\.0\.1|localhost|secret|:\d/);
});

it('an upstream that says nothing times out, and may have run the request', async () => {
  const { failure } = await exchange(await upstream(() => undefined));
  expect([failure?.kind, failure?.sent]).toEqual(['timeout_first_byte', true]);
});

it('headers without a body count as no first byte yet, and get the longer time', async () => {
  const { failure, status } = await exchange(
    await upstream((_request, response) => response.writeHead(200).flushHeaders()),
  );
  expect([failure?.kind, status]).toEqual(['timeout_first_byte', 200]);
});

it('silence between two chunks times out by the shorter time', async () => {
  const { failure, text } = await exchange(await upstream((_request, response) => response.write('one')));
  expect([failure?.kind, failure?.sent, text]).toEqual(['timeout_idle', true, 'one']);
});

it('a connection reset before or within the answer is told as such', async () => {
  const before = await exchange(await upstream((request) => request.socket.resetAndDestroy()));
  expect([before.failure?.kind, before.failure?.sent]).toEqual(['reset', true]);
  const within = await exchange(
    await upstream((request, response) => {
      response.write('half', () => request.socket.destroy());
    }),
  );
  expect([within.failure?.kind, within.status, within.text]).toEqual(['reset', 200, 'half']);
});

it('an encoded answer is refused unread', async () => {
  const { failure, text } = await exchange(
    await upstream((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('\x1f\x8b'),
    ),
  );
  expect([failure?.kind, failure?.detail.status, text]).toEqual(['encoded', 200, '']);
});

it('bytes that are not HTTP, and headers without end, break one attempt and nothing else', async () => {
  const answers = ['nonsense\r\n\r\n', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(1024 * 1024)}`];
  for (const answer of answers) {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.write(answer));
    });
    const { failure } = await exchange(targetAt(await listen(server)));
    expect(failure?.kind).toBe('protocol');
  }
});

it('an informational answer is not the answer', async () => {
  const { status, text } = await exchange(
    await upstream((_request, response) => {
      response.writeProcessing();
      response.end('real');
    }),
  );
  expect([status, text]).toEqual([200, 'real']);
});

it('an untrusted upstream whose name points inside is not connected to', async () => {
  let connections = 0;
  const server = createServer();
  server.on('connection', () => {
    connections += 1;
  });
  const url = new URL(await listen(server));
  url.hostname = 'localhost';
  const { failure } = await exchange(targetAt(url.href, { guarded: true }));
  expect([failure?.kind, failure?.sent, connections]).toEqual(['connect', false, 0]);
});
