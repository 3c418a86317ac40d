import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from './sandbox-server.js';
import { type RawAnswer, rawChat, STREAMED } from './testing/raw-chat.js';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const ask = (script: string, body?: object) => rawChat(sandbox.baseUrl, script, body).answer;
const streamed = (script: string) => ask(script, STREAMED);
const usages = ({ text }: RawAnswer) =>
  [...text.matchAll(/"usage":(\{[^}]*\}|\[\]|null)/g)].map(([, json]) => json);
const contents = ({ text }: RawAnswer) => text.match(/"content":"[^"]+"/g)?.length ?? 0;

describe('numbers asked for', () => {
  it('tokens=N streams one content chunk a token and reports N', async () => {
    const raw = await streamed('tokens=37');
    expect(contents(raw)).toBe(37);
    expect(usages(raw).at(-1)).toContain('"completion_tokens":37');
    expect(contents(await streamed('tokens=37; chunk-tokens=10'))).toBe(4);
  });

  it('max_tokens cuts tokens=N, unless the script ignores the limit', async () => {
    const cut = await ask('tokens=50', { max_tokens: 20 });
    expect(JSON.parse(cut.text).usage.completion_tokens).toBe(20);
    const over = await ask('tokens=50; ignore-limit', { max_tokens: 20 });
    expect(JSON.parse(over.text).usage.completion_tokens).toBe(50);
  });

  it('usage-equals and fixed report the numbers given; fixed does so in a canned answer', async () => {
    const expected = { prompt_tokens: 100, completion_tokens: 57, total_tokens: 157 };
    const equal = await ask('usage-equals=100,57');
    const fixed = await ask('fixed=100,57');
    expect([JSON.parse(equal.text).usage, JSON.parse(fixed.text).usage]).toEqual([expected, expected]);
    expect(fixed.text.length).toBeGreaterThan(380);
    expect(fixed.text.length).toBeLessThan(480);
    expect(usages(await streamed('fixed=100,57; tokens=3')).at(-1)).toBe(JSON.stringify(expected));
  });
});

describe('usage', () => {
  it.each([
    ['omit', undefined],
    ['null', 'null'],
    ['empty', '{}'],
    ['array', '[]'],
    ['zero', '{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}'],
    ['negative', '{"prompt_tokens":-9,"completion_tokens":-3,"total_tokens":-12}'],
    ['string', '{"prompt_tokens":"9","completion_tokens":"3","total_tokens":"12"}'],
    ['float', '{"prompt_tokens":9.5,"completion_tokens":3.5,"total_tokens":13.0}'],
    ['1e15', '{"prompt_tokens":1e15,"completion_tokens":1e15,"total_tokens":2e15}'],
  ])('%s is sent so, plain and streamed', async (kind, expected) => {
    const script = `usage=${kind}; usage-equals=9,3; tokens=3`;
    expect(usages(await ask(script)).at(-1)).toBe(expected);
    expect(usages(await streamed(script)).at(-1)).toBe(expected);
  });

  it('comes at the place the script names', async () => {
    const places = async (kind: string) => {
      const { text } = await streamed(`usage=${kind}; tokens=2`);
      return text
        .split('\n\n')
        .filter((event) => event.startsWith('data: {'))
        .map((event) => JSON.parse(event.slice(6)))
        .map((chunk) => (chunk.usage ? chunk.usage.completion_tokens : '-'))
        .join(' ');
    };
    expect(await places('early')).toBe('- 2 - - -');
    expect(await places('twice')).toBe('- 1 - - - 2');
    expect(await places('last-content')).toBe('- - 2 -');
    expect(await places('finish')).toBe('- - - 2');
    expect(await places('every')).toBe('- 1 2 - 2');
  });
});

describe('instead of an answer', () => {
  it.each([400, 401, 403, 429, 500, 502, 503, 504])('%s comes in OpenAI’s error shape', async (status) => {
    const raw = await streamed(`status=${status}; retry-after=7; code=x; message=No`);
    expect(raw.status).toBe(status);
    expect(raw.headers['retry-after']).toBe('7');
    expect(JSON.parse(raw.text).error).toMatchObject({ message: 'No', code: 'x' });
  });

  it('times=N fails the first N of the same request and then answers', async () => {
    const script = 'status=503; times=2';
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await ask(script, { user: 'times' })).status);
    expect(statuses).toEqual([503, 503, 200]);
  });

  it('a plain 200 can be HTML, empty, gzipped, or an error object', async () => {
    expect((await ask('not-json')).headers['content-type']).toBe('text/html');
    expect((await ask('empty')).text).toBe('');
    const zipped = await ask('gzip; tokens=1');
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(JSON.parse(gunzipSync(Buffer.concat(zipped.reads)).toString()).usage.completion_tokens).toBe(1);
    expect(JSON.parse((await ask('error-after')).text).error).toBeDefined();
  });

  it('a gzip bomb is small on the wire and as large as asked when unpacked', async () => {
    const raw = await ask('gzip-bomb=32mb');
    const sent = Buffer.concat(raw.reads);
    expect(sent.length).toBeLessThan(100_000);
    expect(gunzipSync(sent).length).toBe(32 * 1024 * 1024);
  });

  it('a connection can be reset before any byte', async () => {
    expect(await ask('reset')).toMatchObject({ status: 0, broken: true });
  });
});
