import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type JournalEntry, type Sandbox, startSandbox } from './sandbox-server.js';
import { rawChat, STREAMED } from './testing/raw-chat.js';

let folder: string;
let file: string;
let sandbox: Sandbox;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  file = join(folder, 'journal.jsonl');
  sandbox = await startSandbox({ journalFile: file });
});
afterEach(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true });
});

const linesOf = async () =>
  (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JournalEntry);

describe('the journal', () => {
  it('has a line a request on disk once closed, with what was received and really sent', async () => {
    const answers = await Promise.all(
      Array.from(
        { length: 20 },
        (_, n) => rawChat(sandbox.baseUrl, 'tokens=3', { ...STREAMED, user: `u${n}` }).answer,
      ),
    );
    const hanging = rawChat(sandbox.baseUrl, 'hang-headers').answer;
    await sandbox.waitFor(({ script }) => 'hang-headers' in script);
    await sandbox.close();
    expect((await hanging).broken).toBe(true);
    const lines = await linesOf();
    expect(lines).toHaveLength(21);
    for (const line of lines.slice(0, 20)) {
      const answer = answers.find(({ text }) => text.includes(line.id))!;
      expect(line).toMatchObject({
        path: '/v1/chat/completions',
        model: 'm',
        stream: true,
        outcome: 'answered',
        status: 200,
        tokensSent: 3,
        textSent: 'This is a',
        bytesSent: Buffer.byteLength(answer.text),
        peerClosedAt: null,
      });
      expect(line.usageSent).toMatchObject({ completion_tokens: 3 });
      expect(JSON.parse(line.receivedBody).user).toMatch(/^u\d+$/);
    }
    expect(lines[20]).toMatchObject({ outcome: 'sandbox-closed', peerClosedAt: null });
  });

  it('knows how a plain answer ended before its reader does', async () => {
    const { text } = await rawChat(sandbox.baseUrl, 'usage-equals=5,6').answer;
    const { content } = JSON.parse(text).choices[0].message;
    expect(sandbox.journal.at(-1)).toMatchObject({
      outcome: 'answered',
      textSent: content,
      usageSent: { prompt_tokens: 5, completion_tokens: 6, total_tokens: 11 },
    });
  });

  it('keeps 64 KB of a body and all of its length', async () => {
    await rawChat(sandbox.baseUrl, '', { padding: 'x'.repeat(100_000) }).answer;
    const entry = sandbox.journal.at(-1)!;
    expect(entry.receivedBody).toHaveLength(65_536);
    expect(entry.receivedBytes).toBeGreaterThan(100_000);
  });

  it('is read and cleared over HTTP', async () => {
    await rawChat(sandbox.baseUrl, '').answer;
    const journal = () => fetch(`${sandbox.url}/__journal`).then((answer) => answer.json());
    expect(await journal()).toHaveLength(1);
    await fetch(`${sandbox.url}/__journal`, { method: 'DELETE' });
    expect(await journal()).toEqual([]);
  });
});

describe('a standing script', () => {
  it('steers every request until it is lifted', async () => {
    const status = async () => (await rawChat(sandbox.baseUrl, '').answer).status;
    const put = (body: string) => fetch(`${sandbox.url}/__script`, { method: 'PUT', body });
    await put('status=503');
    expect(await status()).toBe(503);
    expect((await fetch(`${sandbox.baseUrl}/models`)).status).toBe(503);
    expect((await put('stats=503')).status).toBe(400);
    await put('');
    expect(await status()).toBe(200);
  });
});
