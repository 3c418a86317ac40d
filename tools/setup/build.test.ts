import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Miniature } from '../check/miniature.js';

describe('the build', () => {
  let copy: Miniature;
  const main = 'apps/api/src/main.ts';
  const build = () => spawnSync('node', ['tools/setup/build.mjs'], { cwd: copy.path, encoding: 'utf8' });
  const exists = (file: string) => existsSync(join(copy.path, file));

  beforeAll(() => {
    copy = new Miniature([
      'package.json',
      'package-lock.json',
      '.swcrc',
      'nest-cli.json',
      'tsconfig.base.json',
      'tsconfig.json',
      'tools/setup',
    ]);
    copy.write(main, "import { one } from '#numbers';\nconsole.log(one);\n");
    copy.write(
      'libs/numbers/src/index.ts',
      "export { default as one } from './one.json' with { type: 'json' };\n",
    );
    copy.write('libs/numbers/src/one.json', '1');
  });
  afterAll(() => copy.remove());

  it('compiles applications and libs, carries data files along, and the result runs', () => {
    const built = build();
    expect(built.stdout).toBe('');
    expect(built.status).toBe(0);
    const run = spawnSync('node', ['dist/apps/api/src/main.js'], { cwd: copy.path, encoding: 'utf8' });
    expect(run.stdout).toBe('1\n');
  });

  it('does nothing when nothing changed', () => {
    expect(build().stderr).toBe('');
  });

  it('builds again after a change', () => {
    copy.write(main, 'console.log(2);\n');
    expect(build().stderr).toContain('Building the API');
  });

  it('leaves no good stamp behind a failure, so the next run tries again', () => {
    copy.write(main, 'let = = 3;\n');
    expect(build().status).toBe(1);
    expect(build().status).toBe(1);
    copy.write(main, 'console.log(3);\n');
    expect(build().status).toBe(0);
  });

  it('names an application that the compiler was not told about', () => {
    copy.write('apps/unlisted/src/main.ts', 'console.log(4);\n');
    expect(build().stderr).toContain('apps/unlisted was not built');
    copy.remove('apps/unlisted');
    expect(build().status).toBe(0);
  });

  it('takes over the lock of a process that is gone', () => {
    const gone = spawnSync('node', ['-e', '']).pid;
    writeFileSync(join(copy.path, 'node_modules', '.building'), String(gone));
    copy.write(main, 'console.log(5);\n');
    expect(build().status).toBe(0);
    expect(exists('node_modules/.building')).toBe(false);
  });

  it('is done once by two commands that start together', async () => {
    copy.write(main, 'console.log(6);\n');
    const both = [1, 2].map(async () => {
      const child = spawn('node', ['tools/setup/build.mjs'], { cwd: copy.path });
      const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
      return { said, code };
    });
    const ended = await Promise.all(both);
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    expect(ended.filter(({ said }) => said.includes('Building'))).toHaveLength(1);
  });
});
