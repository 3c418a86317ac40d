import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { createLogger } from '#http';
import { type Sandbox, startSandbox } from '../../sandbox/src/sandbox-server.js';
import { ApiHarness, bearer, type Holder } from './api.harness.js';
import type { Answer } from './http-call.js';
import { wordsIn, wordsInRows } from './leak-sweep.js';
import { UpstreamDesk } from './upstream-desk.js';

/** An address nothing else here has: on Linux all of 127.0.0.0/8 is this machine. */
const ADDRESS = process.platform === 'linux' ? '127.77.13.9' : '127.0.0.1';
const KEY = 'canary-key-5f0c1d9e77';
const OTHER_KEY = 'canary-spare-2b8e40aa16';
const IPV6_END = '5eed:17';
const HOST = 'canary-gpu-17.invalid';
const MODELS = {
  talkative: 'llama3.2:3b',
  refused: 'smollm2:135m',
  unknownHost: 'starcoder2:3b',
  notTls: 'gemma2:9b',
  silent: 'phi3.5:3.8b',
  spare: 'mistral:7b',
};

/** What the talkative upstream does; its standing message quotes everything it knows. */
const FAULTS = [
  ...[400, 401, 403, 404, 408, 409, 413, 415, 418, 422, 429, 500, 502, 503, 504].map((n) => `status=${n}`),
  ...[400, 422, 500].map((n) => `status=${n}; leak`),
  'status=302; location=http://elsewhere.invalid/',
  ...['error-after=0', 'error-after=2', 'not-json', 'empty', 'reset', 'close-after=1', 'reset-after=1'],
  ...['hang-headers', 'hang-body', 'hang-after=1', 'bad-json=1', 'gzip', 'no-done'],
  'tokens=3',
];

let api: ApiHarness;
let desk: UpstreamDesk;
let upstream: Sandbox;
let mute: Server;
let holder: Holder;
const log: string[] = [];
const words: string[] = [];

beforeAll(async () => {
  upstream = await startSandbox({ host: ADDRESS });
  mute = createServer((socket) =>
    socket.on('data', () => socket.end('nonsense\r\n\r\n')).on('error', () => undefined),
  );
  await new Promise<void>((done) => mute.listen(0, ADDRESS, done));
  const mutePort = (mute.address() as { port: number }).port;
  words.push(KEY, OTHER_KEY, HOST, IPV6_END, `${ADDRESS}:${upstream.port}`, `${ADDRESS}:${mutePort}`);
  if (ADDRESS !== '127.0.0.1') words.push(ADDRESS);
  upstream.setScript(`message=${quote()}; param=http://${HOST}:8443/v1; code=at-${HOST}`);
  api = await ApiHarness.start({
    environment: { FIRST_BYTE_SECONDS: '1', IDLE_SECONDS: '1', CONNECT_SECONDS: '1', UPSTREAM_API_KEY: KEY },
  });
  desk = await UpstreamDesk.open(api.config);
  // Last, because each Nest application brings a logger of its own: from here on every level is kept.
  Logger.overrideLogger(
    createLogger({ level: 'debug', name: 'api', to: { write: (line) => log.push(line) } }),
  );
  const at = (name: string, baseUrl: string, apiKey = KEY) => desk.add({ name, baseUrl, apiKey });
  await at('one', `http://${ADDRESS}:${upstream.port}/v1`);
  await at('two', `http://${HOST}:8443/v1`, OTHER_KEY);
  await at('three', `http://${ADDRESS}:1/v1`);
  await at('four', `https://${ADDRESS}:${upstream.port}/v1`);
  await at('five', `http://${ADDRESS}:${mutePort}/v1`);
  await desk.route(MODELS.talkative, ['one', 'two']);
  await desk.route(MODELS.refused, ['three']);
  await desk.route(MODELS.unknownHost, ['two']);
  await desk.route(MODELS.notTls, ['four']);
  await desk.route(MODELS.silent, ['five']);
  await desk.route(MODELS.spare, ['two', 'three', 'one']);
  holder = await api.open(1_000_000);
}, 60_000);

afterAll(async () => {
  await desk?.close();
  await api?.close();
  await upstream?.close();
  mute?.close();
});

/** Everything an upstream could say of itself, in the spellings servers use. */
function quote(): string {
  return `Bearer ${KEY} or ${OTHER_KEY} at http://${ADDRESS}:${upstream.port}/v1, ${ADDRESS}, ${HOST.toUpperCase()}, ${HOST}:8443 and fd00:77::${IPV6_END}`;
}

function ask(model: string, fault: string, stream: boolean): Promise<Answer> {
  const messages = [{ role: 'user', content: `Hello. [[sandbox: ${fault}]]` }];
  return api.chat(holder, { model, messages, max_tokens: 20, ...(stream && { stream }) });
}

/** An answer as its reader has it: status, headers, body. */
const whole = ({ status, headers, text }: Answer) => `${status} ${JSON.stringify(headers)} ${text}`;

describe('an upstream’s key, host name and address', () => {
  const told: string[] = [];

  it.each([false, true])(
    'are in no answer or header, whatever fails (stream: %s)',
    async (stream) => {
      const calls = FAULTS.map((fault) => ({ model: MODELS.talkative, fault }));
      const { talkative: _, ...others } = MODELS;
      calls.push(...Object.values(others).map((model) => ({ model, fault: 'status=400' })));
      const answers = await Promise.all(calls.map(({ model, fault }) => ask(model, fault, stream)));
      for (const [i, answer] of answers.entries()) {
        told.push(whole(answer));
        expect([calls[i], wordsIn(whole(answer), words)]).toEqual([calls[i], []]);
      }
      // They did fail, and in more ways than one.
      expect(new Set(answers.map(({ status }) => status)).size).toBeGreaterThanOrEqual(6);
      expect(upstream.journal.some(({ headers }) => headers.authorization === `Bearer ${KEY}`)).toBe(true);
    },
    60_000,
  );

  it('are in nothing an account can ask for afterwards', async () => {
    await api.settledBooks(holder);
    const usage = await api.usage(holder);
    expect(usage.length).toBeGreaterThanOrEqual(FAULTS.length * 2);
    expect(told).toHaveLength(usage.length);
    const paths = [
      '/v1/models',
      `/v1/models/${MODELS.talkative}`,
      '/v1/usage',
      '/api/billing/subscription',
      '/healthz',
      '/readyz',
      ...usage.map(({ requestId }) => `/v1/requests/${requestId}`),
    ];
    for (const path of paths) {
      const answer = await api.call({ path, headers: bearer(holder.key) });
      expect([path, answer.status, wordsIn(whole(answer), words)]).toEqual([path, 200, []]);
    }
  });

  it('are in no line of the log, at any level', () => {
    const lines = log.join('');
    expect(lines).toContain('"upstream failed"');
    expect(lines).toContain('"context":"Completions"');
    expect(wordsIn(lines, words)).toEqual([]);
  });

  it('and a client’s own id of its request stands in the log beside ours', async () => {
    const messages = [{ role: 'user', content: 'Hello. [[sandbox: status=500]]' }];
    const answer = await api.call({
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { ...bearer(holder.key), 'x-request-id': `mine-${'7'.repeat(200)}` },
      body: JSON.stringify({ model: MODELS.talkative, messages, max_tokens: 5 }),
    });
    const ours = String(answer.headers['x-request-id']);
    const line = log.map((text) => JSON.parse(text)).findLast(({ requestId }) => requestId === ours);
    expect(line).toMatchObject({ clientRequestId: `mine-${'7'.repeat(123)}` });
    await api.settledBooks(holder);
  });

  it('are in no row but the operator’s own', async () => {
    expect(await wordsInRows(api.pool, words)).toEqual([]);
  });

  it('would be found, were they in an answer, the log or a row', async () => {
    expect(wordsIn(`502 {} At ${HOST.toUpperCase()}`, words)).toEqual([HOST]);
    await api.pool.query('CREATE TABLE planted (said jsonb, bytes bytea)');
    await api.pool.query('INSERT INTO planted VALUES ($1, $2)', [
      { to: [`at ${HOST}`] },
      Buffer.from(`Bearer ${KEY}`),
    ]);
    expect(await wordsInRows(api.pool, words)).toEqual([`planted.bytes: ${KEY}`, `planted.said: ${HOST}`]);
  });
});
