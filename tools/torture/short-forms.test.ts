import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const folder = fileURLToPath(new URL('.', import.meta.url));
const MINUTES = 60_000;

/**
 * The scenarios of what clients and an upstream can do to us, with fewer of each and without a word about time; the
 * full ones are `npm run torture`. They are two processes of the built product and a PostgreSQL of their own.
 */
describe('short forms of the torture suite', () => {
  it.each([
    ['T02', 'two hundred ask at once, and as many are served as can pay'],
    ['T03', 'nobody is served beyond the edges of a balance, a price or a limit'],
    ['T04', 'clients leave at every point, in every way, and each pays what the table says'],
    ['T05', 'an upstream misbehaves in every mode, and good traffic has no error'],
    ['T06', 'a failing upstream is passed over, and one leg is billed'],
    ['T10', 'processes are replaced under load, and no plain request fails'],
  ])(
    '%s: %s',
    async (name) => {
      const { code, output } = await torture(name);
      process.stdout.write(output);
      expect(`${code}\n${code === 0 ? '' : output}`).toBe('0\n');
    },
    6 * MINUTES,
  );
});

function torture(name: string): Promise<{ code: number | null; output: string }> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, ['torture.ts', name, '--quick'], { cwd: folder });
    let output = '';
    child.stdout.on('data', (bytes) => {
      output += bytes;
    });
    child.stderr.on('data', (bytes) => {
      output += bytes;
    });
    child.on('error', fail);
    child.on('close', (code) => done({ code, output }));
  });
}
