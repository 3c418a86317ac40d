import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const exists = (file: string) => existsSync(join(root, file));
const scripts: Record<string, string> = JSON.parse(read('package.json')).scripts;

const dockerfile = read('docker/Dockerfile');
const compose = read('docker/compose.yaml');

/** The arguments of each instruction of one kind: `COPY a b ./` gives ['a', 'b', './']. */
const instructions = (name: string) =>
  [...dockerfile.matchAll(new RegExp(`^${name} (.+)$`, 'gm'))].map(([, rest = '']) => rest.split(' '));

/** What the build makes, and the source that says so. */
const built = new Map([
  ['/app/dist', 'nest-cli.json'],
  ['/app/node_modules', 'package-lock.json'],
  ['/app/apps/dashboard/.next/standalone', 'apps/dashboard/next.config.ts'],
]);

/** The source a built file comes from; undefined for a file the build does not make. */
function sourceOf(file: string): string | undefined {
  const compiled = /^dist\/(.+)\.js$/.exec(file);
  if (compiled) return `${compiled[1]}.ts`;
  if (file === 'apps/dashboard/.next/standalone/apps/dashboard/server.js')
    return 'apps/dashboard/next.config.ts';
  return undefined;
}

/** Why an exec-form command cannot run, or undefined when it can. */
function broken(command: string[]): string | undefined {
  const [program, ...rest] = command;
  const file = rest.find((argument) => !argument.startsWith('-')) ?? '';
  if (program !== 'node') return `${program} is not in the image`;
  const source = sourceOf(file);
  return source && exists(source) ? undefined : `${file} has no source`;
}

describe('the container files', () => {
  it('copy only what is in the repository', () => {
    const copied = instructions('COPY').filter(([first]) => !first?.startsWith('--from='));
    const sources = copied.flatMap((words) => words.slice(0, -1));
    expect(sources.length).toBeGreaterThan(8);
    expect(sources.filter((path) => !exists(path))).toEqual([]);
  });

  it('take from an earlier stage only what that stage makes', () => {
    const stages = instructions('FROM').map((words) => words[2]);
    const taken = instructions('COPY').filter(([first]) => first?.startsWith('--from='));
    expect(taken.length).toBeGreaterThan(0);
    for (const [from = '', path = ''] of taken) {
      expect(stages).toContain(from.replace('--from=', ''));
      expect([path, exists(built.get(path) ?? 'nowhere')]).toEqual([path, true]);
    }
  });

  it('run only npm ci and scripts that exist', () => {
    for (const words of instructions('RUN')) {
      expect(words[0]).toBe('npm');
      if (words[1] !== 'ci') expect(Object.keys(scripts)).toContain(words[2]);
    }
  });

  it('start programs that the build makes', () => {
    const commands = [
      ...[...dockerfile.matchAll(/^CMD (\[.+\])$/gm)].map(([, list = '']) => list),
      ...[...compose.matchAll(/^ +command: (.+)$/gm)].map(([, list = '']) => list),
    ].map((list) => JSON.parse(list) as string[]);
    expect(commands).toHaveLength(5);
    expect(commands.map(broken).filter(Boolean)).toEqual([]);
  });

  it('start the same programs as the npm scripts do', () => {
    for (const script of ['api', 'worker', 'migrate']) {
      const file = scripts[script]?.split(' ').at(-1);
      expect(compose).toContain(`"${file}"`);
    }
  });

  it('do not run as root, and use the PostgreSQL the product asks for', () => {
    expect(instructions('USER')).toEqual([['node']]);
    expect(compose).toContain('image: postgres:18\n');
    const [, named = ''] = /dockerfile: (.+)/.exec(compose) ?? [];
    expect(exists(named)).toBe(true);
  });

  it('a command whose source is gone is found', () => {
    expect(broken(['node', 'dist/apps/nowhere/src/main.js'])).toBe(
      'dist/apps/nowhere/src/main.js has no source',
    );
    expect(broken(['python3', 'a.py'])).toBe('python3 is not in the image');
  });
});
