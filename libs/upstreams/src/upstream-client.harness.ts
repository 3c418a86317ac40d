import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Server as TcpServer } from 'node:net';
import { AddressRules, parseAddress } from './address-rules.js';
import type { Attempt } from './upstream-attempt.js';
import { UpstreamClient } from './upstream-client.js';
import type { UpstreamFailure } from './upstream-failure.js';
import { UpstreamHealth } from './upstream-health.js';
import { UpstreamPools } from './upstream-pools.js';
import type { UpstreamTarget } from './upstream-target.js';
import type { UpstreamsSettings } from './upstreams.settings.js';

/** Times short enough to wait for. */
export const settings: UpstreamsSettings = {
  secretsKey: 'ab'.repeat(32),
  connectSeconds: 1,
  firstByteSeconds: 0.3,
  idleSeconds: 0.2,
  allowedPrivateUpstreams: [],
};
const rules = new AddressRules([]);
const closing: (() => Promise<unknown> | unknown)[] = [];

/** Ends what a test opened. */
export async function closeAll(): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close();
}

/** An upstream at a port of its own. */
export async function listen(server: Server | TcpServer): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

/** That upstream as a route would give it. */
export function targetAt(baseUrl: string, how: { guarded: boolean } = { guarded: false }): UpstreamTarget {
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

export interface Outcome {
  status?: number;
  text: string;
  failure?: UpstreamFailure;
}

/** Sends a request and waits for its end or error. */
export function exchange(target: UpstreamTarget, onData?: (attempt: Attempt) => boolean): Promise<Outcome> {
  return new Promise((resolve) => {
    const outcome: Outcome = { text: '' };
    const attempt = new UpstreamClient(settings, new UpstreamHealth()).send(
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

/** An upstream that answers with this listener. */
export const upstream = async (listener: RequestListener) => targetAt(await listen(createServer(listener)));
