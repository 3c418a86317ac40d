import { expect, it } from '@jest/globals';
import { RouteCall, type RouteHandlers } from './route-call.js';
import type { Attempt, UpstreamHandlers } from './upstream-attempt.js';
import { UpstreamFailure } from './upstream-failure.js';
import { UpstreamHealth } from './upstream-health.js';
import type { UpstreamTarget } from './upstream-target.js';

const ATTEMPT: Attempt = { resume: () => undefined, cancel: () => undefined };
const targetOf = (name: string) => ({ name, origin: `http://${name}.test` }) as unknown as UpstreamTarget;
const A = targetOf('a');
const B = targetOf('b');

/** A route whose upstreams answer as the test says, one `UpstreamHandlers` for each attempt, in order. */
function route(health: UpstreamHealth, handlers: Partial<RouteHandlers> = {}) {
  const sent: { target: UpstreamTarget; handlers: UpstreamHandlers }[] = [];
  const client = {
    send: (target: UpstreamTarget, _request: unknown, given: UpstreamHandlers) => {
      sent.push({ target, handlers: given });
      return ATTEMPT;
    },
  };
  const all: RouteHandlers = {
    onAttempt: () => undefined,
    onHeaders: () => undefined,
    onData: () => true,
    onEnd: () => undefined,
    onError: () => undefined,
    ...handlers,
  };
  const request = { path: '/', accept: '*/*', bodyFor: () => Buffer.alloc(0) };
  const call = new RouteCall({ client, health }, [A, B], request, all);
  call.start();
  return { call, sent };
}

const broken = (kind: 'reset' | 'timeout_idle' = 'reset') =>
  new UpstreamFailure(kind, { sent: true, internal: '' });

/** Five failures in a row, and the time for which they leave an upstream out. */
function failedLongAgo(health: UpstreamHealth, target: UpstreamTarget): void {
  const { now } = performance;
  performance.now = () => now.call(performance) - 60_000;
  for (let i = 0; i < 5; i++) health.failed(target);
  performance.now = now;
}

it('an attempt that follows an answer found useless at its end is recorded by what becomes of it', () => {
  const health = new UpstreamHealth();
  let ends = 0;
  const { call, sent } = route(health, {
    onEnd: () => {
      ends += 1;
      if (ends === 1) call.retry('nothing came');
    },
  });
  sent[0]!.handlers.onHeaders(200, {});
  sent[0]!.handlers.onEnd();
  expect(call.attempts()).toMatchObject([{ upstream: 'a', failure: 'nothing came' }, { upstream: 'b' }]);
  sent[1]!.handlers.onHeaders(502, {});
  expect(call.attempts()).toMatchObject([
    { upstream: 'a', status: 200, failure: 'nothing came' },
    { upstream: 'b', status: 502, failure: 'status 502' },
  ]);
});

it('an upstream that was only kept in reserve is not taken for one under probe', () => {
  const health = new UpstreamHealth();
  failedLongAgo(health, B);
  expect(health.state(B)).toBe('half_open');
  const first = route(health);
  first.sent[0]!.handlers.onHeaders(200, {});
  first.sent[0]!.handlers.onEnd();
  const second = route(health);
  second.sent[0]!.handlers.onError(broken());
  expect(second.sent.map(({ target }) => target.name)).toEqual(['a', 'b']);
});

it('one request at a time probes, and the next may when the answer has begun, however long it takes', () => {
  const health = new UpstreamHealth();
  failedLongAgo(health, A);
  const probe = route(health);
  expect(probe.sent[0]!.target.name).toBe('a');
  expect(route(health).sent[0]!.target.name).toBe('b');
  probe.sent[0]!.handlers.onHeaders(200, {});
  probe.call.commit();
  expect(route(health).sent[0]!.target.name).toBe('a');
});

it('an answer that is whole is a success, though its upstream does not close', () => {
  const health = new UpstreamHealth();
  failedLongAgo(health, A);
  const { call, sent } = route(health);
  sent[0]!.handlers.onHeaders(200, {});
  call.commit();
  call.answered();
  call.cancel('complete');
  expect(health.state(A)).toBe('closed');
  expect(call.attempts()).toMatchObject([{ upstream: 'a', status: 200 }]);
  expect(call.attempts()[0]).not.toHaveProperty('failure');
});

it('an upstream that breaks off every answer it began is left out in the end', () => {
  const health = new UpstreamHealth();
  for (let i = 0; i < 5; i++) {
    const { call, sent } = route(health);
    sent[0]!.handlers.onHeaders(200, {});
    call.commit();
    sent[0]!.handlers.onError(broken('timeout_idle'));
  }
  expect(health.state(A)).toBe('open');
});
