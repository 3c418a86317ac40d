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

  /** `readLog`: what the process has written to standard error, where it says its address. */
  static async attach(to: { pid: number; readLog: () => string }): Promise<Inspector> {
    process.kill(to.pid, 'SIGUSR1');
    const until = performance.now() + WAIT_MS;
    let address: string | undefined;
    while (!address) {
      if (performance.now() > until) throw new Error('the process did not open its inspector');
      await new Promise((done) => setTimeout(done, 50));
      address = /Debugger listening on (ws:\S+)/.exec(to.readLog())?.[1];
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

  /** What is still needed after a collection: the heap, and the buffers outside of it. */
  async heapMegabytes(): Promise<number> {
    // Twice: what the first one finalizes is free after the second.
    await this.call('HeapProfiler.collectGarbage');
    await this.call('HeapProfiler.collectGarbage');
    const bytes = await this.evaluate(
      '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())',
    );
    return Number(bytes) / 1024 / 1024;
  }

  close(): void {
    this.socket.close();
  }
}
