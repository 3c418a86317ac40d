import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from './sandbox-server.js';
import { rawChat, STREAMED } from './testing/raw-chat.js';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const plain = (script: string) => rawChat(sandbox.baseUrl, script).answer;
const streamed = (script: string) => rawChat(sandbox.baseUrl, script, STREAMED).answer;
const lastEntry = () => sandbox.journal.at(-1)!;

describe('a stream that breaks', () => {
  it.each([
    ['reset-after=2', 'reset', 2],
    ['close-after=3', 'cut', 3],
  ])('%s delivers that many chunks first, and the journal says so', async (script, outcome, tokens) => {
    const raw = await streamed(`${script}; tokens=9`);
    expect(raw.broken).toBe(true);
    expect(raw.text.match(/"content":"[^"]+"/g)).toHaveLength(tokens);
    expect(lastEntry()).toMatchObject({ outcome, tokensSent: tokens, peerClosedAt: null });
  });

  it('error-after=N sends an error event in the place of the rest', async () => {
    const { text, broken } = await streamed('error-after=2; tokens=9');
    expect(broken).toBe(false);
    expect(text).toMatch(/data: \{"error":\{[^\n]*\}\n\n$/);
    expect(lastEntry()).toMatchObject({ tokensSent: 2, textSent: 'This is' });
  });

  it('no-done ends without its last line, finish=none without a finish chunk', async () => {
    const whole = await streamed('tokens=2');
    expect(whole.text).toMatch(/data: \[DONE\]\n\n$/);
    expect((await streamed('tokens=2; no-done')).text).not.toContain('[DONE]');
    expect((await streamed('tokens=2; finish=none')).text).not.toContain('"stop"');
    expect((await streamed('tokens=2; finish-with-content')).text).toMatch(/" is"\}[^\n]*"stop"/);
  });

  it.each([
    ['hang-headers', 0],
    ['hang-body', 0],
    ['role-only', 0],
    ['hang-after=2', 2],
    ['hang-after-finish', 5],
    ['ping-after-finish=20', 5],
    ['slow-close=600000', 5],
    ['first-byte-ms=600000', 0],
    ['first-chunk-ms=600000', 0],
    ['ms=600000', 0],
  ])('%s goes silent, and the journal notes when the peer left', async (script, tokens) => {
    const chat = rawChat(sandbox.baseUrl, `${script}; tokens=5; message=${script}`, STREAMED);
    const isIt = ({ message }: { message?: string }) => message === script;
    await sandbox.waitFor((entry) => isIt(entry.script) && entry.tokensSent === tokens);
    chat.leave();
    const entry = await sandbox.waitFor(({ script, peerClosedAt }) => isIt(script) && peerClosedAt !== null);
    expect(entry).toMatchObject({ outcome: 'peer-closed', tokensSent: tokens });
    expect(entry.peerClosedAt).toBeGreaterThanOrEqual(entry.startedAt);
  });

  it.each(['hang-after', 'reset-after', 'close-after', 'bad-json'])(
    '%s breaks a plain body in its middle',
    async (word) => {
      const chat = rawChat(sandbox.baseUrl, `${word}; message=plain-${word}`);
      if (word === 'hang-after') {
        await sandbox.waitFor(
          ({ script, bytesSent }) =>
            (script as { message?: string }).message === `plain-${word}` && bytesSent > 0,
        );
        chat.leave();
      }
      const { text, broken } = await chat.answer;
      expect(broken).toBe(word !== 'bad-json');
      expect(() => JSON.parse(text)).toThrow();
    },
  );
});

describe('a stream with odd bytes', () => {
  it('crlf, no-space and unknown events change the form and not the chunks', async () => {
    const odd = await streamed('tokens=3; crlf; no-space; unknown-events');
    expect(odd.text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(odd.text).not.toMatch(/data: \{"id/);
    expect(odd.text).toContain('event: ping');
    expect(odd.text.match(/"content":"[^"]+"/g)).toHaveLength(3);
  });

  it('bad-json=N and bad-utf8=N spoil that chunk alone', async () => {
    const events = (text: string) => text.split('\n\n').filter((event) => event.startsWith('data: {'));
    const whole = events((await streamed('tokens=4; bad-json=2')).text).map((event) => event.endsWith('}'));
    expect(whole).toEqual([true, true, false, true, true, true, true]);
    const raw = await streamed('tokens=4; bad-utf8=3');
    const bad = events(raw.text).map((event) => event.includes('\uFFFD'));
    expect(bad).toEqual([false, false, false, true, false, false, false]);
    expect((await plain('bad-utf8')).text).toContain('\uFFFD');
  });

  it('split=K and chunk-bytes=N part the same bytes elsewhere', async () => {
    const neutral = (reads: Buffer[]) =>
      Buffer.concat(reads)
        .toString()
        .replace(/sbx\w+/g, '')
        .replace(/"created":\d+/g, '');
    const whole = await streamed('tokens=5');
    const parted = await streamed('tokens=5; split=100');
    const small = await streamed('tokens=5; chunk-bytes=7');
    expect(neutral(parted.reads)).toBe(neutral(whole.reads));
    expect(neutral(small.reads)).toBe(neutral(whole.reads));
    const ends = parted.reads.map((_read, at) => Buffer.concat(parted.reads.slice(0, at + 1)).length);
    expect(ends).toContain(100);
    expect(small.reads.length).toBeGreaterThan(100);
  });

  it('big-line=SIZE sends a line of that length that never ends', async () => {
    const raw = await streamed('big-line=3mb');
    expect(raw.text.length - raw.text.lastIndexOf('\n')).toBeGreaterThan(3 * 1024 * 1024);
  });

  it('letters=N is one chunk of one letter', async () => {
    expect((await streamed('letters=20000')).text).toContain(`"content":"${'a'.repeat(20_000)}"`);
  });

  it('unknown fields and large integers keep their spelling, and model=echo-other another model', async () => {
    for (const { text } of [
      await plain('unknown-fields; big-integers'),
      await streamed('unknown-fields; big-integers'),
    ]) {
      expect(text).toContain('"x_sandbox": {"list":[1, 2.50,null],"\\u006bey":"\\u00e9\\/"},');
      expect(text).toContain('"sequence":9007199254740993123');
    }
    expect(JSON.parse((await plain('model=echo-other')).text).model).toBe('another-model-than-asked');
  });

  it('reasoning and refusals are output of their own kind', async () => {
    const { text } = await streamed('reasoning=2; tokens=1; refusal');
    expect(text.match(/"reasoning_content":"/g)).toHaveLength(2);
    expect(text).toContain('"delta":{"refusal":"This"}');
    expect(lastEntry().tokensSent).toBe(3);
  });
});
