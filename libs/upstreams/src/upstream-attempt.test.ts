import { afterEach, expect, it } from '@jest/globals';
import { closeAll, exchange, settings, upstream } from './upstream-client.harness.js';
import { UpstreamClient } from './upstream-client.js';
import type { UpstreamFailure } from './upstream-failure.js';
import { UpstreamHealth } from './upstream-health.js';

afterEach(closeAll);

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
    // The time itself is what is tested: longer than the idle time, in which the attempt would have failed.
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
  const attempt = new UpstreamClient(settings, new UpstreamHealth()).send(
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
  new UpstreamClient(settings, new UpstreamHealth()).send(target, request, silent).cancel('client left');
  await exchange(target);
  expect(requests).toBe(1);
});

it('a handler that fails at the end is told of it, so that nobody waits for ever', async () => {
  const target = await upstream((_request, response) => response.end('ok'));
  const failure = await new Promise<UpstreamFailure>((resolve) => {
    new UpstreamClient(settings, new UpstreamHealth()).send(
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
