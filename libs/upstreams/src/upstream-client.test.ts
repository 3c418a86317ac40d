import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { AddressRules, parseAddress } from './address-rules.js';
import type { Attempt } from './upstream-attempt.js';
import { UpstreamClient } from './upstream-client.js';
import type { UpstreamFailure } from './upstream-failure.js';
import { UpstreamPools } from './upstream-pools.js';
import type { UpstreamTarget } from './upstream-target.js';
import type { UpstreamsSettings } from './upstreams.settings.js';

const settings: UpstreamsSettings = {
  secretsKey: 'ab'.repeat(32),
  connectSeconds: 1,
  firstByteSeconds: 0.3,
  idleSeconds: 0.2,
  allowedPrivateUpstreams: [],
};
const rules = new AddressRules([]);
const closing: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** An upstream at a port of its own. */
async function listen(server: Server | TcpServer): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

function targetAt(baseUrl: string, how: { guarded: boolean } = { guarded: false }): UpstreamTarget {
  const pools = new UpstreamPools(settings, rules);
  closing.push(() => pools.onApplicationShutdown());
  const address = parseAddress(baseUrl);
  return {
    upstreamUuid: null,
    name: 'test',
    origin: address.origin,
    pathPrefix: address.pathPrefix,
    authorization: 'Bearer upstream-secret',
    theirId: 'm',
    outputLimitFields: 'both',
    dispatcher: how.guarded ? pools.forGuarded(address) : pools.forTrusted(address),
  };
}

interface Outcome {
  status?: number;
  text: string;
  failure?: UpstreamFailure;
}

/** Sends a request and waits for its end or error. */
function exchange(target: UpstreamTarget, onData?: (attempt: Attempt) => boolean): Promise<Outcome> {
  return new Promise((resolve) => {
    const outcome: Outcome = { text: '' };
    const attempt = new UpstreamClient(settings).send(
      target,
      {
        path: '/chat/completions',
        body: [Buffer.from('{"a":'), Buffer.from('1}')],
        accept: 'text/event-stream',
      },
      {
        onHeaders: (status) => {
          outcome.status = status;
        },
        onData: (chunk) => {
          outcome.text += chunk.toString('latin1');
          return onData ? onData(attempt) : true;
        },
        onEnd: () => resolve(outcome),
        onError: (failure) => resolve({ ...outcome, failure }),
      },
    );
  });
}

const upstream = async (listener: RequestListener) => targetAt(await listen(createServer(listener)));

it('only the named headers and the very bytes go up', async () => {
  let seen: { request: IncomingMessage; body: string } | undefined;
  const target = await upstream(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen = { request, body };
    response.end('ok');
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

it('back-pressure reaches the upstream, does not count as its silence, and ends with resume', async () => {
  const megabytes = 64;
  const chunk = Buffer.alloc(1024 * 1024, 120);
  let written = 0;
  const target = await upstream((_request, response) => {
    const more = () => {
      while (written < megabytes) {
        written += 1;
        if (!response.write(chunk)) return void response.once('drain', more);
      }
      response.end();
    };
    more();
  });
  let heldBackAt = 0;
  let paused = false;
  const outcome = await exchange(target, (attempt) => {
    if (paused) return true;
    paused = true;
    // Longer than the idle time: had the pause counted, the attempt would have failed meanwhile.
    setTimeout(() => {
      heldBackAt = written;
      attempt.resume();
    }, 450);
    return false;
  });
  expect(outcome.failure).toBeUndefined();
  expect(outcome.text.length).toBe(megabytes * chunk.length);
  expect(heldBackAt).toBeLessThan(megabytes / 2);
});

it('cancelling closes the connection to the upstream, and no handler hears of it', async () => {
  let closed = () => {};
  const upstreamClosed = new Promise<void>((done) => {
    closed = done;
  });
  const target = await upstream((_request, response) => {
    response.on('close', closed);
    response.write('first');
  });
  let heard = 0;
  const attempt = new UpstreamClient(settings).send(
    target,
    { path: '/chat/completions', body: Buffer.from('{}'), accept: '*/*' },
    {
      onHeaders: () => undefined,
      onData: () => {
        attempt.cancel('client left');
        return true;
      },
      onEnd: () => {
        heard += 1;
      },
      onError: () => {
        heard += 1;
      },
    },
  );
  await upstreamClosed;
  expect(heard).toBe(0);
});

it('a request cancelled before it has a connection is never written', async () => {
  let requests = 0;
  const target = await upstream((_request, response) => {
    requests += 1;
    response.end('ok');
  });
  const silent = {
    onHeaders: () => undefined,
    onData: () => true,
    onEnd: () => undefined,
    onError: () => undefined,
  };
  const request = { path: '/chat/completions', body: Buffer.from('{}'), accept: '*/*' };
  new UpstreamClient(settings).send(target, request, silent).cancel('client left');
  await exchange(target);
  expect(requests).toBe(1);
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

it('a handler that fails at the end is told of it, so that nobody waits for ever', async () => {
  const target = await upstream((_request, response) => response.end('ok'));
  const failure = await new Promise<UpstreamFailure>((resolve) => {
    new UpstreamClient(settings).send(
      target,
      { path: '/x', body: Buffer.from('{}'), accept: '*/*' },
      {
        onHeaders: () => undefined,
        onData: () => true,
        onEnd: () => {
          throw new Error('a defect of ours');
        },
        onError: resolve,
      },
    );
  });
  expect(failure.detail.internal).toBe('a defect of ours');
});
