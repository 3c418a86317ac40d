import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Inspector } from '../../product/inspector.ts';
import { pause } from './timing.ts';

/** A balancer polls /readyz; until it has, it still sends requests to a process that leaves. */
const BALANCER_MS = 200;

/** One process from its start to its death. Times are Unix milliseconds. */
export interface Life {
  slot: number;
  pid: number;
  startedAtMs: number;
  readyAtMs: number | undefined;
  diedAtMs: number | undefined;
  /** When it was told to end. */
  leftAtMs: number | undefined;
  exitCode: number | null | undefined;
  /** The place it was killed at, `random`, `restarted`, or `stopped`. */
  cause: string | undefined;
}

/** How the next process of a slot is to die: at a place, after a while of serving, or not at all. */
export interface Fate {
  failpoints?: string;
  killAfterMs?: number;
}

/** One place behind the balancer: a process of the built API on a port of its own, started again whenever it dies. */
export class ApiSlot {
  readonly lives: Life[] = [];
  private child: ChildProcess | undefined;
  private stopping = false;
  private readonly options: {
    slot: number;
    port: number;
    folder: string;
    environment: Record<string, string>;
    nextFate: (slot: number) => Fate;
    onDeath?: (life: Life) => void;
  };

  constructor(options: ApiSlot['options']) {
    this.options = options;
  }

  get port(): number {
    return this.options.port;
  }

  get life(): Life {
    return this.lives.at(-1)!;
  }

  get isReady(): boolean {
    if (this.lives.length === 0) return false;
    const { readyAtMs, diedAtMs, leftAtMs } = this.life;
    const isGone = diedAtMs !== undefined || (leftAtMs !== undefined && Date.now() > leftAtMs + BALANCER_MS);
    return readyAtMs !== undefined && !isGone;
  }

  start(): void {
    const { slot, port, folder, environment, nextFate } = this.options;
    const fate = nextFate(slot);
    const logFile = this.logFile(this.lives.length);
    const log = openSync(logFile, 'w');
    const main = join(folder, 'dist', 'apps', 'api', 'src', 'main.js');
    const child = spawn(process.execPath, ['--enable-source-maps', main], {
      cwd: folder,
      env: {
        ...process.env,
        NODE_ENV: 'production',
        ...environment,
        PORT: String(port),
        // Those that are inspected each open a port of their own.
        NODE_OPTIONS: '--inspect-port=127.0.0.1:0',
        ...(fate.failpoints ? { FAILPOINTS: fate.failpoints } : {}),
      },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.child = child;
    const life: Life = {
      slot,
      pid: child.pid!,
      startedAtMs: Date.now(),
      readyAtMs: undefined,
      diedAtMs: undefined,
      leftAtMs: undefined,
      exitCode: undefined,
      cause: undefined,
    };
    this.lives.push(life);
    child.once('exit', (code) => {
      life.exitCode = code;
      this.onExit(life, logFile);
    });
    void this.watch(life, fate);
  }

  /** A line to the inspector of the process that lives now. */
  inspect(): Promise<Inspector> {
    const logFile = this.logFile(this.lives.length - 1);
    return Inspector.attach({ pid: this.life.pid, readLog: () => readFileSync(logFile, 'utf8') });
  }

  /** SIGKILL, now. */
  kill(): void {
    this.life.cause ??= 'random';
    this.child?.kill('SIGKILL');
  }

  /** SIGTERM, as a rolling restart sends it; the next process starts when this one has drained. */
  terminate(): void {
    this.life.cause ??= 'restarted';
    this.life.leftAtMs = Date.now();
    this.child?.kill('SIGTERM');
  }

  async stop(): Promise<void> {
    this.stopping = true;
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    this.life.cause ??= 'stopped';
    const exited = new Promise<void>((done) => child.once('exit', () => done()));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 40_000);
    await exited;
    clearTimeout(timer);
  }

  private logFile(life: number): string {
    return join(this.options.folder, `api-${this.options.slot}-${life}.log`);
  }

  private onExit(life: Life, logFile: string): void {
    life.diedAtMs = Date.now();
    const [, place] = /^failpoint (\S+) pid/m.exec(readFileSync(logFile, 'utf8')) ?? [];
    if (place) life.cause = place;
    life.cause ??= 'unasked';
    this.options.onDeath?.(life);
    // One that cannot start is told again and again, but not in a tight circle.
    if (!this.stopping) setTimeout(() => this.stopping || this.start(), life.readyAtMs ? 0 : 500);
  }

  private async watch(life: Life, fate: Fate): Promise<void> {
    while (life.diedAtMs === undefined) {
      const answer = await fetch(`http://127.0.0.1:${this.port}/readyz`).catch(() => undefined);
      await answer?.arrayBuffer().catch(() => undefined);
      if (answer?.ok && life.diedAtMs === undefined) break;
      await pause(50);
    }
    if (life.diedAtMs !== undefined) return;
    life.readyAtMs = Date.now();
    if (fate.killAfterMs === undefined) return;
    await pause(fate.killAfterMs);
    if (life === this.life && life.diedAtMs === undefined && !this.stopping) this.kill();
  }
}
