import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { findDefaultUpstream } from './default-upstream.js';

const server = createServer((request, response) => {
  response.end(request.url === '/api/version' ? '{"version":"0.12.0"}' : '<html>');
});
let ollamaBaseUrl: string;
const silent = createServer(() => undefined);
let silentUrl: string;

beforeAll(async () => {
  for (const one of [server, silent]) {
    one.listen(0, '127.0.0.1');
    await once(one, 'listening');
  }
  ollamaBaseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  silentUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
});
afterAll(() => {
  for (const one of [server, silent]) {
    one.close();
    one.closeAllConnections();
  }
});
const sandboxUrl = 'http://127.0.0.1:9000';

it('what the settings name comes first', async () => {
  expect(
    await findDefaultUpstream({
      upstreamBaseUrl: 'https://x.example/v1',
      upstreamApiKey: 'k',
      ollamaBaseUrl,
      sandboxUrl,
    }),
  ).toEqual({ kind: 'configured', baseUrl: 'https://x.example/v1', apiKey: 'k' });
  const upstreamBaseUrl = 'https://x.example/v1';
  expect(
    await findDefaultUpstream({ upstreamBaseUrl, upstreamOutputLimitFields: 'max_completion_tokens' }),
  ).toMatchObject({ outputLimitFields: 'max_completion_tokens' });
});

it('an Ollama that answers comes before the sandbox', async () => {
  expect(await findDefaultUpstream({ ollamaBaseUrl: `${ollamaBaseUrl}/`, sandboxUrl })).toEqual({
    kind: 'ollama',
    baseUrl: `${ollamaBaseUrl}/v1`,
    apiKey: null,
  });
});

it('something else at the address of Ollama, or a server that never answers, is not taken for it', async () => {
  const sandbox = { kind: 'sandbox', baseUrl: `${sandboxUrl}/v1`, apiKey: null };
  expect(await findDefaultUpstream({ ollamaBaseUrl: `${ollamaBaseUrl}/other`, sandboxUrl })).toEqual(sandbox);
  expect(await findDefaultUpstream({ ollamaBaseUrl: silentUrl, sandboxUrl })).toEqual(sandbox);
});

it('with nothing at all there is no default upstream', async () => {
  expect(await findDefaultUpstream({ ollamaBaseUrl: 'http://127.0.0.1:1' })).toEqual({
    kind: 'none',
    baseUrl: null,
    apiKey: null,
  });
});

it('a configured address that is none stops the start', async () => {
  await expect(findDefaultUpstream({ upstreamBaseUrl: 'localhost:8000/v1' })).rejects.toThrow('http://');
});
