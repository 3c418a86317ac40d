import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { RouteCall, RouteHandlers } from './route-call.js';
import { closeAll, settings, upstream } from './upstream-client.harness.js';
import { UpstreamClient } from './upstream-client.js';
import { UpstreamHealth } from './upstream-health.js';
import type { UpstreamTarget } from './upstream-target.js';

afterEach(closeAll);

interface Heard {
  status: number;
  text: string;
  failure: string | undefined;
  attempts: { upstream: string; status: number; failure?: string }[];
}

const health = new UpstreamHealth();

/** Sends along the route and tells what the caller heard; `onData` may commit or ask for another attempt. */
function along(
  targets: UpstreamTarget[],
  options: {
    health?: UpstreamHealth;
    onData?: (call: RouteCall) => void;
    onEnd?: (call: RouteCall) => void;
  } = {},
): Promise<Heard> {
  return new Promise((resolve) => {
    const heard: Heard = { status: 0, text: '', failure: undefined, attempts: [] };
    const done = () => {
      heard.attempts = call.attempts().map(({ ms: _ms, ...rest }) => rest);
      resolve(heard);
    };
    const handlers: RouteHandlers = {
      onAttempt: () => Object.assign(heard, { status: 0, text: '' }),
      onHeaders: (status) => {
        heard.status = status;
      },
      onData: (chunk) => {
        heard.text += chunk.toString();
        options.onData?.(call);
        return true;
      },
      onEnd: () => {
        options.onEnd?.(call);
        done();
      },
      onError: (failure) => {
        heard.failure = failure.kind;
        done();
      },
    };
    const call = new UpstreamClient(settings, options.health ?? health).call(
      targets,
      {
        path: '/chat/completions',
        accept: '*/*',
        bodyFor: (target) => Buffer.from(JSON.stringify({ model: target.theirId })),
      },
      handlers,
    );
  });
}

const named = async (name: string, listener: RequestListener): Promise<UpstreamTarget> => ({
  ...(await upstream(listener)),
  name,
  theirId: `${name}-model`,
});
const good = () => named('good', (request, response) => request.pipe(response));
const answering = (status: number) =>
  named('bad', (request, response) => {
    request.resume();
    response.writeHead(status).end('no');
  });

describe('a route', () => {
  it.each([401, 403, 404, 408, 429, 500, 502, 503, 504])(
    'tries its next upstream after a %d',
    async (status) => {
      const heard = await along([await answering(status), await good()]);
      expect(heard).toEqual({
        status: 200,
        text: '{"model":"good-model"}',
        failure: undefined,
        attempts: [
          { upstream: 'bad', status, failure: `status ${status}` },
          { upstream: 'good', status: 200 },
        ],
      });
    },
  );

  it.each([400, 413, 422])(
    'does not ask another upstream about a request that one called wrong (%d)',
    async (status) => {
      const heard = await along([await answering(status), await good()]);
      expect(heard).toMatchObject({ status, text: 'no', attempts: [{ upstream: 'bad', status }] });
    },
  );

  it('tries its next upstream after a reset, and after a connection that nobody accepted', async () => {
    const resets = await named('resets', (request) => request.socket.destroy());
    const gone: UpstreamTarget = { ...resets, name: 'gone', origin: 'http://127.0.0.1:1' };
    const heard = await along([gone, resets, await good()]);
    expect(heard.text).toBe('{"model":"good-model"}');
    expect(heard.attempts.map(({ upstream: name }) => name)).toEqual(['gone', 'resets', 'good']);
  });

  it('makes three attempts at most', async () => {
    const bad = await answering(500);
    const heard = await along([bad, bad, bad, await good()]);
    expect(heard).toMatchObject({ status: 500, text: 'no' });
    expect(heard.attempts).toHaveLength(3);
  });

  it('makes no other attempt after a time-out that followed sending: the upstream may be at work', async () => {
    const silent = await named('silent', (request) => void request.resume());
    const heard = await along([silent, await good()]);
    expect(heard).toMatchObject({ failure: 'timeout_first_byte', attempts: [{ upstream: 'silent' }] });
  });

  it('makes no other attempt once its caller has committed to what came', async () => {
    const breaks = await named('breaks', (request, response) => {
      request.resume();
      response.write('data');
      setImmediate(() => response.destroy());
    });
    const target = await good();
    expect(await along([breaks, target], { onData: (call) => call.commit() })).toMatchObject({
      failure: 'reset',
      attempts: [{ upstream: 'breaks', failure: 'reset' }],
    });
    expect((await along([breaks, target])).text).toBe('{"model":"good-model"}');
  });

  it('begins anew when its caller finds an answer useless, and says when there is no other', async () => {
    const useless = await named('useless', (request, response) => {
      request.resume();
      response.end('<html>');
    });
    const replies: boolean[] = [];
    const onData = (call: RouteCall) => {
      if (call.attempts().length === 1) replies.push(call.retry('not JSON'));
    };
    const heard = await along([useless, await good()], { onData });
    expect(heard).toMatchObject({
      text: '{"model":"good-model"}',
      attempts: [{ failure: 'not JSON' }, { status: 200 }],
    });
    expect(replies).toEqual([true]);
    await along([useless], { onData });
    expect(replies).toEqual([true, false]);
  });

  it('of one upstream asks it once more when the connection was refused or reset, and not after a status', async () => {
    let calls = 0;
    const flaky = await named('flaky', (request, response) => {
      calls += 1;
      if (calls === 1) request.socket.destroy();
      else request.pipe(response);
    });
    expect((await along([flaky])).text).toBe('{"model":"flaky-model"}');
    expect((await along([await answering(503)])).attempts).toHaveLength(1);
  });
});

describe('a circuit', () => {
  it('opens after five failures in a row, lets one probe through later, and closes when it succeeds', async () => {
    const own = new UpstreamHealth();
    let healthy = false;
    const sick = await named('sick', (request, response) => {
      if (healthy) request.pipe(response);
      else response.writeHead(500).end();
    });
    const target = await good();
    for (let i = 0; i < 5; i++) await along([sick, target], { health: own });
    expect(own.state(sick)).toBe('open');
    expect((await along([sick, target], { health: own })).attempts).toEqual([
      { upstream: 'good', status: 200 },
    ]);
    healthy = true;
    let heard: Heard;
    do heard = await along([sick, target], { health: own });
    while (heard.text !== '{"model":"sick-model"}');
    expect(own.state(sick)).toBe('closed');
  });

  it('opens for answers that break off after the caller committed to them', async () => {
    const own = new UpstreamHealth();
    const cutting = await good();
    const hearing = {
      health: own,
      onData: (call: RouteCall) => call.commit(),
      onEnd: (call: RouteCall) => call.broke('closed without an end'),
    };
    for (let i = 0; i < 5; i++) {
      expect((await along([cutting], hearing)).attempts).toEqual([
        { upstream: 'good', status: 200, failure: 'closed without an end' },
      ]);
    }
    expect(own.state(cutting)).toBe('open');
  });

  it('that is open does not keep the only upstream of a route from being asked', async () => {
    const own = new UpstreamHealth();
    const sick = await answering(500);
    for (let i = 0; i < 6; i++) expect((await along([sick], { health: own })).status).toBe(500);
    expect((await along([sick, sick], { health: own })).status).toBe(500);
  });

  it('is not opened by refusals: they say nothing about health', async () => {
    const own = new UpstreamHealth();
    const busy = await answering(429);
    for (let i = 0; i < 8; i++) await along([busy], { health: own });
    expect(own.state(busy)).toBe('closed');
  });
});
