import type { Contest } from './contest.ts';

const WAIT_MS = 10_000;

/** A line to the process's own inspector, opened by a signal. */
export class Inspector {
  private readonly socket: WebSocket;
  private readonly waiting = new Map<number, (result: unknown) => void>();
  private calls = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const { id, result } = JSON.parse(String(data)) as { id?: number; result: unknown };
      if (id !== undefined) this.waiting.get(id)?.(result);
    });
  }

  static async attach(contest: Contest): Promise<Inspector> {
    process.kill(contest.apiPids[0]!, 'SIGUSR1');
    const until = performance.now() + WAIT_MS;
    let address: string | undefined;
    while (!address) {
      if (performance.now() > until) throw new Error('the process did not open its inspector');
      await new Promise((done) => setTimeout(done, 50));
      address = /Debugger listening on (ws:\S+)/.exec(contest.product.readLog())?.[1];
    }
    const socket = new WebSocket(address);
    await new Promise((done, fail) => {
      socket.addEventListener('open', done, { once: true });
      socket.addEventListener('error', fail, { once: true });
    });
    return new Inspector(socket);
  }

  call(method: string, params: object = {}): Promise<unknown> {
    this.calls += 1;
    const id = this.calls;
    return new Promise((done) => {
      this.waiting.set(id, done);
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }

  /** The value of an expression in the process. */
  async evaluate(expression: string): Promise<unknown> {
    const answer = await this.call('Runtime.evaluate', { expression, returnByValue: true });
    return (answer as { result: { value?: unknown } }).result.value;
  }

  close(): void {
    this.socket.close();
  }
}
