import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../../libs/database/src/embedded-postgres.ts';

const root = join(import.meta.dirname, '..', '..');
const READY_MS = 120_000;
const STOP_MS = 45_000;
const POLL_MS = 100;

/** The whole product as `npm start` runs it, on a port and a data folder of its own that is gone afterwards. */
export interface RunningProduct {
  /** Without a slash at the end. */
  url: string;
  databaseUrl: string;
  /** Of the process that started everything. */
  supervisorPid: number;
  /** What its processes said last. */
  readLog(): string;
  stop(): Promise<void>;
}

/**
 * Starts the built product and waits until it answers. `settings` are its environment, over this process's own.
 * Rejects with what it said last when it does not become ready.
 */
export async function startProduct(settings: Record<string, string>): Promise<RunningProduct> {
  const main = join(root, 'dist', 'apps', 'start', 'src', 'main.js');
  if (!existsSync(main)) throw new Error('The product is not built: run `npm run build:once` first.');
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-'));
  // A folder that others can enter: run by root, PostgreSQL keeps its data inside only then, and so it is removed.
  chmodSync(dataDir, 0o755);
  const port = String(await freePort());
  const child = spawn(process.execPath, ['--enable-source-maps', main], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production', PORT: port, DATA_DIR: dataDir, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  const listen = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-8_000);
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await end(child);
    rmSync(dataDir, { recursive: true, force: true });
  };
  // Somebody who presses Ctrl-C here must not leave a database behind.
  const interrupted = () => void stop().then(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    await waitUntilReady({ child, url, readLog: () => said });
    const databaseUrl = settings['DATABASE_URL'] ?? EmbeddedPostgres.find(dataDir);
    if (!databaseUrl) throw new Error('The product answers, but its database is not to be found.');
    return { url, databaseUrl, supervisorPid: child.pid!, readLog: () => said, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function waitUntilReady(product: { child: ChildProcess; url: string; readLog: () => string }) {
  const until = performance.now() + READY_MS;
  while (performance.now() < until) {
    if (product.child.exitCode !== null) throw new Error(`The product ended:\n${product.readLog()}`);
    const answer = await fetch(`${product.url}/readyz`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  throw new Error(`The product was not ready after ${READY_MS / 1000} s:\n${product.readLog()}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  child.kill('SIGTERM');
  await exited;
  clearTimeout(timer);
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}
