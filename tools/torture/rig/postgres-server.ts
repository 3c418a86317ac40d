import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { EmbeddedPostgres } from '../../../libs/database/src/embedded-postgres.ts';
import { pause } from './timing.ts';

const READY = 'ready to accept connections';

/** PostgreSQL that can be killed and started again on the same port and folder, as a machine's own service would. */
export class PostgresServer {
  readonly url: string;
  private readonly argv: string[];
  private readonly uid: number;
  private currentPid: number;
  private log = '';

  private constructor(server: { url: string; pid: number }) {
    this.url = server.url;
    this.currentPid = server.pid;
    this.argv = readFileSync(`/proc/${server.pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    this.uid = Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))![1]);
  }

  static async start(dataDir: string): Promise<PostgresServer> {
    return new PostgresServer(
      await EmbeddedPostgres.start({ dataDir, settings: { max_connections: '200' } }),
    );
  }

  get pid(): number {
    return this.currentPid;
  }

  /** SIGKILL to the first process; its children notice and end. */
  kill(): void {
    process.kill(this.currentPid, 'SIGKILL');
  }

  /**
   * Starts it again; resolves once the process has run for `watchMs`, not when it has recovered. Tries while the old
   * one's children end.
   */
  async startAgain(watchMs = 100): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt++) {
      this.log = '';
      const child = this.spawn();
      this.currentPid = child.pid!;
      await pause(watchMs);
      if (child.exitCode === null && child.signalCode === null) return;
    }
    throw new Error(`PostgreSQL does not start again: ${this.log}`);
  }

  async waitUntilAccepting(): Promise<void> {
    for (;;) {
      const client = new pg.Client({ connectionString: this.url, connectionTimeoutMillis: 1_000 });
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.query('SELECT 1');
        await client.end();
        return;
      } catch {
        await client.end().catch(() => undefined);
        await pause(50);
      }
    }
  }

  async stop(): Promise<void> {
    process.kill(this.currentPid, 'SIGINT');
    for (let i = 0; i < 100 && this.isAlive; i++) await pause(100);
  }

  get isAlive(): boolean {
    return readdirSync('/proc').includes(String(this.currentPid));
  }

  private spawn(): ChildProcess {
    const child = spawn(this.argv[0]!, this.argv.slice(1), {
      ...(process.getuid?.() === 0 ? { uid: this.uid, gid: this.uid } : {}),
      cwd: '/',
      env: { PATH: process.env['PATH'], TZ: 'UTC', LC_ALL: 'C' },
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr!.on('data', (chunk: Buffer) => {
      this.log = (this.log + chunk.toString()).slice(-4_000);
    });
    return child;
  }

  /** Whether the server that was started last has said that it serves. */
  get saidReady(): boolean {
    return this.log.includes(READY);
  }
}
