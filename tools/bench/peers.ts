import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../product/running-product.ts';

/** A gateway of somebody else, running beside us as its users run it. */
export interface Peer {
  name: string;
  pid: number;
  port: number;
  /** What it must be told with each request, to find the upstream. */
  headers: string[];
  stop(): void;
}

const PACKAGE = '@portkey-ai/gateway';
const VERSION = '1.15.2';
const READY_MS = 30_000;
const POLL_MS = 100;
/** Not a dependency: it is fetched when it is asked for, into a folder that git does not see. */
const CACHE = join(import.meta.dirname, '.cache');

/** Portkey's gateway from npm, in front of the same upstream. */
export async function installPeer(upstreamUrl: string): Promise<Peer> {
  const main = join(CACHE, 'node_modules', PACKAGE, 'build', 'start-server.js');
  if (!existsSync(main)) {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(join(CACHE, 'package.json'), '{"private":true}\n');
    execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', `${PACKAGE}@${VERSION}`], {
      cwd: CACHE,
    });
  }
  const port = await freePort();
  const child = spawn(process.execPath, [main, '--headless', `--port=${port}`], {
    cwd: CACHE,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: 'ignore',
  });
  const until = performance.now() + READY_MS;
  while (!(await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined))) {
    if (performance.now() > until || child.exitCode !== null) throw new Error(`${PACKAGE} does not start`);
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  return {
    name: `Portkey ${VERSION}`,
    pid: child.pid!,
    port,
    headers: ['x-portkey-provider: openai', `x-portkey-custom-host: ${upstreamUrl}/v1`],
    stop: () => child.kill('SIGKILL'),
  };
}
