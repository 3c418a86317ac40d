/**
 * Builds what changed since the last good build: the Nest applications into dist/, then the dashboard.
 * Runs on the machine's own Node (20 or later) and imports nothing that has to be installed first;
 * the builds themselves run on the Node in node_modules. Everything is said on stderr, so that a command
 * such as `npm run -s cli -- … --json` keeps standard output to itself.
 *
 * `--api-only` leaves the dashboard alone.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { takeLock } from './lock.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const dashboard = join(root, 'apps', 'dashboard');
const shared = ['package-lock.json', 'tools/setup/build.mjs'];
const notSource = new Set(['node_modules', 'dist', '.next', 'test', 'next-env.d.ts']);

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (notSource.has(entry.name) || entry.name.endsWith('.tsbuildinfo')) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesUnder(path);
    return /\.test\.tsx?$|\.md$/.test(entry.name) ? [] : [path];
  });
}

/** One hash over names and contents, in an order that does not depend on the file system. */
function hashOf(files) {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}\n`);
  for (const file of files.filter(existsSync).sort()) {
    hash
      .update(`${relative(root, file).split(sep).join('/')}\n`)
      .update(readFileSync(file))
      .update('\n');
  }
  return hash.digest('hex');
}

/** Runs one build in silence and shows what it said only when it failed. */
function run(args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const said = [];
    child.stdout.on('data', (chunk) => said.push(chunk));
    child.stderr.on('data', (chunk) => said.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) return resolve();
      process.stderr.write(Buffer.concat(said));
      reject(new Error(`${relative(root, args[0])} ended with ${signal ?? `code ${code}`}`));
    });
  });
}

const applications = {
  what: 'the API',
  stamp: join(root, 'dist', '.built'),
  sources() {
    const apps = existsSync(join(root, 'apps')) ? readdirSync(join(root, 'apps')) : [];
    const configs = ['package.json', '.swcrc', 'nest-cli.json', 'tsconfig.base.json', 'tsconfig.json'];
    return [
      ...apps.filter((app) => app !== 'dashboard').flatMap((app) => filesUnder(join(root, 'apps', app))),
      ...filesUnder(join(root, 'libs')),
      ...[...shared, ...configs].map((file) => join(root, file)),
    ];
  },
  async build() {
    await run([join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js'), 'build', 'api']);
    // The compiler skips a folder it was not told about without a word, so each entry is looked for.
    for (const app of readdirSync(join(root, 'apps'))) {
      const built = join(root, 'dist', 'apps', app, 'src', 'main.js');
      if (existsSync(join(root, 'apps', app, 'src', 'main.ts')) && !existsSync(built)) {
        throw new Error(`apps/${app} was not built: is it listed in nest-cli.json?`);
      }
    }
  },
};

const pages = {
  what: 'the dashboard (about 20 seconds)',
  stamp: join(dashboard, '.next', '.built'),
  sources: () => [...filesUnder(dashboard), ...shared.map((file) => join(root, file))],
  async build() {
    const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
    await run([join(root, 'node_modules', 'next', 'dist', 'bin', 'next'), 'build'], { cwd: dashboard, env });
    const nested = join(dashboard, '.next', 'standalone', 'apps', 'dashboard');
    const server = existsSync(nested) ? nested : join(dashboard, '.next', 'standalone');
    if (!existsSync(join(server, 'server.js'))) throw new Error('next build left no standalone server');
    // Next leaves these two out of the standalone folder and expects a CDN to serve them.
    cpSync(join(dashboard, '.next', 'static'), join(server, '.next', 'static'), { recursive: true });
    const assets = join(dashboard, 'public');
    if (existsSync(assets)) cpSync(assets, join(server, 'public'), { recursive: true });
  },
};

const readStamp = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
const isFresh = (target) => readStamp(target.stamp) === hashOf(target.sources());

async function buildOnce(target) {
  // The hash is taken before the build: a file saved meanwhile makes the next run build again.
  const hash = hashOf(target.sources());
  if (readStamp(target.stamp) === hash) return;
  const started = performance.now();
  process.stderr.write(`Building ${target.what}…`);
  rmSync(target.stamp, { force: true });
  await target.build();
  writeFileSync(target.stamp, hash);
  process.stderr.write(` ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}

const targets = [applications];
const hasDashboard =
  existsSync(dashboard) && readdirSync(dashboard).some((file) => /^next\.config\./.test(file));
if (hasDashboard && !process.argv.includes('--api-only')) targets.push(pages);

if (!targets.every(isFresh)) {
  const release = await takeLock(join(root, 'node_modules', '.building'));
  try {
    for (const target of targets) await buildOnce(target);
  } catch (error) {
    console.error(`\nThe build failed: ${error.message}. Nothing was started.`);
    process.exitCode = 1;
  } finally {
    release();
  }
}
