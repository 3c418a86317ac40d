/**
 * The house's checks, as many at a time as there are cores: one line a step, what a failed step said, and exit
 * code 1 when any failed. `npm run check -- types tidy` runs these steps alone.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const modules = (path) => join('node_modules', path);

/** The slowest first, so that the short ones fill the gaps. */
const steps = [
  {
    name: 'promises',
    what: 'no promise is left floating',
    args: [modules('eslint/bin/eslint.js'), '--max-warnings=0', '.'],
  },
  {
    name: 'dashboard-types',
    what: 'the types of the dashboard hold',
    args: [modules('typescript7/bin/tsc'), '--noEmit', '--incremental', 'false', '-p', 'apps/dashboard'],
    needs: 'apps/dashboard/tsconfig.json',
  },
  {
    name: 'browser-types',
    what: 'the types of the tests in a browser hold',
    args: [modules('typescript7/bin/tsc'), '-p', 'apps/dashboard/test'],
    needs: 'apps/dashboard/test/tsconfig.json',
  },
  {
    name: 'types',
    what: 'types hold',
    args: [modules('typescript7/bin/tsc'), '--noEmit', '-p', 'tsconfig.json'],
  },
  {
    name: 'boundaries',
    what: 'modules import only what they may',
    args: [
      modules('dependency-cruiser/bin/dependency-cruiser.mjs'),
      ...['apps', 'libs', 'tools'].filter((folder) => existsSync(join(root, folder))),
      ...['--config', '.dependency-cruiser.cjs', '--output-type', 'err-long'],
    ],
  },
  {
    name: 'dead-code',
    what: 'nothing unused is kept',
    args: [modules('knip/bin/knip.js'), '--no-progress', '--no-config-hints'],
  },
  {
    name: 'format',
    what: 'format and lint',
    args: [
      modules('@biomejs/biome/bin/biome'),
      ...['check', '--error-on-warnings', '--diagnostic-level=warn', '--colors=off', '.'],
    ],
  },
  { name: 'tidy', what: 'sizes, names and words', args: [join('tools', 'check', 'tidy.ts')] },
];

function run({ args }) {
  return new Promise((resolve) => {
    const child = spawn(node, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = [];
    child.stdout.on('data', (chunk) => said.push(chunk));
    child.stderr.on('data', (chunk) => said.push(chunk));
    child.on('error', (error) => resolve({ passed: false, said: String(error) }));
    child.on('close', (code) => resolve({ passed: code === 0, said: Buffer.concat(said).toString() }));
  });
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(
    `No such step: ${unknown.join(', ')}. There are ${steps.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}

const waiting = steps.filter(
  ({ name, needs }) =>
    (asked.length === 0 || asked.includes(name)) && (!needs || existsSync(join(root, needs))),
);
const failed = [];

async function work() {
  for (let step = waiting.shift(); step; step = waiting.shift()) {
    const started = performance.now();
    const { passed, said } = await run(step);
    const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(5);
    console.log(`${passed ? 'ok    ' : 'FAILED'} ${seconds} s  ${step.name.padEnd(16)} ${step.what}`);
    if (passed) continue;
    failed.push(step.name);
    console.log(said.trimEnd().replace(/^/gm, '    '));
  }
}

const began = performance.now();
await Promise.all(Array.from({ length: availableParallelism() }, work));
const total = ((performance.now() - began) / 1000).toFixed(1);
console.log(
  failed.length > 0 ? `\nFailed: ${failed.join(', ')} (${total} s)` : `All checks passed in ${total} s.`,
);
process.exitCode = failed.length > 0 ? 1 : 0;
