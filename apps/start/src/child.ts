import { type ChildProcess, spawn } from 'node:child_process';

const RESTART_MS = 1_000;
const KILL_MS = 5_000;

/**
 * A helper process of the supervisor: started again when it dies, ended when asked. It stands in a process group
 * of its own, so that Ctrl-C reaches the supervisor alone, and watches its standard input, which closes when the
 * supervisor is gone.
 */
export class Child {
  private process: ChildProcess | undefined;
  private stopping = false;

  constructor(
    private readonly options: {
      name: string;
      file: string;
      args?: string[];
      environment: NodeJS.ProcessEnv;
      onLine?: (line: string) => void;
    },
  ) {}

  start(): void {
    const child = spawn(
      process.execPath,
      ['--enable-source-maps', this.options.file, ...(this.options.args ?? [])],
      {
        env: this.options.environment,
        detached: true,
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    this.process = child;
    let rest = '';
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) this.options.onLine?.(line);
    });
    child.stdin!.on('error', () => undefined);
    child.once('exit', (code, signal) => {
      if (this.stopping) return;
      process.stderr.write(`${this.options.name} ended (${signal ?? code}); starting it again\n`);
      setTimeout(() => {
        if (!this.stopping) this.start();
      }, RESTART_MS);
    });
  }

  /** Asks it to end, and makes it after 5 s. */
  async stop(): Promise<void> {
    this.stopping = true;
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise<void>((done) => child.once('exit', () => done()));
    const timer = setTimeout(() => child.kill('SIGKILL'), KILL_MS);
    child.kill('SIGTERM');
    await exited;
    clearTimeout(timer);
  }
}
