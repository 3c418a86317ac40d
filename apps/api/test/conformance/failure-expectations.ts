import { expect } from '@jest/globals';
import { readAll } from './answer-expectations.js';
import type { Capability, SdkClient } from './capabilities.js';
import { EMBEDDING_MODEL, type Scene } from './scene.js';

/** An upstream is let go of within this of its client's leaving. */
const CANCEL_MS = 1_000;
/** Timers may be early by one tick of their clock. */
const TIMER_MS = 5;

async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  const outcome = await work.then(
    (value) => ({ value }),
    (thrown: unknown) => ({ thrown }),
  );
  if ('value' in outcome) throw new Error(`served: ${JSON.stringify(outcome.value)}`);
  return outcome.thrown;
}

/** The SDK throws its own exception with our words in it. Returns the requests that the server saw. */
async function expectFailure(
  scene: Scene,
  wanted: { status: number; code: string; says: string; client?: SdkClient; prompt?: string; key?: string },
): Promise<number> {
  const { status, code, says, client = scene.client(), key } = wanted;
  const thrown = await thrownBy(client.plain(wanted.prompt ?? scene.prompt()));
  const failure = scene.sdk.failureOf(thrown, status);
  expect(failure).toEqual({ isOwn: true, status, code, message: expect.stringContaining(says) });
  expect(await scene.settled()).toEqual(
    status === 502 ? [expect.objectContaining({ outcome: 'upstream_error', charge: 0 })] : [],
  );
  return scene.requests(key).length;
}

/** The time the server waited for a repetition, in milliseconds. */
function pauseMs(scene: Scene): number {
  const [first, second] = scene.requests().slice(-2);
  return second!.startedMs - first!.endedMs!;
}

export const FAILURES = {
  error400: async (scene) => {
    const client = scene.client({ chatModel: EMBEDDING_MODEL });
    const says = 'it writes no text';
    expect(await expectFailure(scene, { status: 400, code: 'invalid_value', says, client })).toBe(1);
  },

  error401: async (scene) => {
    const key = `${scene.holder.key.slice(0, -1)}${scene.holder.key.endsWith('0') ? '1' : '0'}`;
    const client = scene.client({ key });
    const wanted = { status: 401, code: 'invalid_api_key', says: 'key', client, key };
    expect(await expectFailure(scene, wanted)).toBe(1);
  },

  error402: async (scene) => {
    const says = 'credits';
    expect(await expectFailure(scene, { status: 402, code: 'insufficient_credits', says })).toBe(1);
  },

  error403: async (scene) => {
    await scene.api.suspend(scene.holder);
    const says = 'suspended';
    expect(await expectFailure(scene, { status: 403, code: 'account_suspended', says })).toBe(1);
  },

  error404: async (scene) => {
    const client = scene.client({ chatModel: 'no-such-model:1b' });
    const wanted = { status: 404, code: 'model_not_found', says: 'no-such-model:1b', client };
    expect(await expectFailure(scene, wanted)).toBe(1);
  },

  error429: async (scene) => {
    const blocker = await scene.block();
    const { attemptsAtMost } = scene.sdk;
    const client = scene.client(attemptsAtMost === undefined ? { retries: 'none' } : {});
    const thrown = await thrownBy(client.plain(scene.prompt()));
    await blocker.letGo();
    expect(scene.sdk.failureOf(thrown, 429)).toEqual({
      isOwn: true,
      status: 429,
      code: 'too_many_concurrent_requests',
      message: expect.stringContaining('in flight'),
    });
    // One of them is the request that fills the account's only place.
    expect(scene.requests().length - 1).toBe(attemptsAtMost ?? 1);
    expect(await scene.upstream()).toEqual([]);
  },

  error502: async (scene) => {
    const client = scene.client({ retries: 'none' });
    const prompt = scene.prompt('status=500');
    const says = 'Nothing was charged';
    expect(await expectFailure(scene, { status: 502, code: 'upstream_failed', says, client, prompt })).toBe(
      1,
    );
  },

  errorInStream: async (scene) => {
    const prompt = scene.prompt('tokens=9; error-after=3');
    const thrown = await thrownBy(readAll(scene.client().stream(prompt, { includeUsage: false })));
    expect(scene.sdk.failureOf(thrown, 200)).toEqual({
      isOwn: true,
      status: undefined,
      code: 'upstream_failed',
      message: expect.stringContaining('broke off'),
    });
    expect(await scene.settled()).toEqual([
      expect.objectContaining({ outcome: 'upstream_broke', usageSource: 'counted', completionTokens: 3 }),
    ]);
    expect(scene.requests()).toHaveLength(1);
  },

  abort: async (scene) => {
    const controller = new AbortController();
    const stream = scene.client().stream(scene.prompt('tokens=500; ms=20'), {
      includeUsage: true,
      signal: controller.signal,
    });
    expect((await stream.next()).done).toBe(false);
    const leftAtMs = Date.now();
    controller.abort();
    // Some end quietly, some throw: it is our side that is looked at.
    await readAll(stream).catch(() => undefined);
    const [entry] = await scene.upstream();
    expect(entry!.outcome).toBe('peer-closed');
    expect(entry!.peerClosedAt! - leftAtMs).toBeLessThanOrEqual(CANCEL_MS);
    const [record, ...others] = await scene.settled();
    expect(record).toMatchObject({ outcome: 'client_left', usageSource: 'counted' });
    expect(record!.charge).toBe(await scene.api.entries(scene.holder));
    expect(record!.charge).toBeGreaterThan(0);
    expect(others).toEqual([]);
    expect(scene.requests()).toHaveLength(1);
  },

  retry429: async (scene) => {
    const blocker = await scene.block();
    const [{ text }] = await Promise.all([
      scene.client().plain(scene.prompt()),
      scene.answered(429).then(blocker.letGo),
    ]);
    const [entry] = await scene.upstream();
    expect(text).toBe(entry!.textSent);
    expect(scene.requests().slice(1)).toMatchObject([{ status: 429 }, { status: 200 }]);
    expect(pauseMs(scene)).toBeGreaterThanOrEqual(1_000 - TIMER_MS);
  },

  retry503: async (scene) => {
    const { text } = await scene.client().plain(scene.prompt('status=429; retry-after=3; times=1'));
    const [, served] = await scene.upstream();
    expect(text).toBe(served!.textSent);
    expect(scene.requests()).toMatchObject([{ status: 503 }, { status: 200 }]);
    expect(pauseMs(scene) >= 3_000 - TIMER_MS).toBe(scene.sdk.waitsAfter503);
    expect((await scene.settled()).map(({ outcome }) => outcome)).toEqual(['upstream_error', 'completed']);
  },

  shouldRetry: async (scene) => {
    const prompt = scene.prompt('status=500; times=1');
    if (scene.sdk.obeysShouldRetry) {
      const says = 'Nothing was charged';
      expect(await expectFailure(scene, { status: 502, code: 'upstream_failed', says, prompt })).toBe(1);
      return;
    }
    await scene.client().plain(prompt);
    expect(scene.requests()).toMatchObject([{ status: 502 }, { status: 200 }]);
    expect(scene.remark).toMatch(/^\*\*no\*\*/);
    const charges = (await scene.settled()).map(({ charge }) => charge);
    expect(charges).toEqual([0, expect.any(Number)]);
  },
} satisfies Partial<Record<Capability, (scene: Scene) => Promise<void>>>;
