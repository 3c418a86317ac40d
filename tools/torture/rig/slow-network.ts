import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A stretch of network in front of PostgreSQL that can be made long. */
export interface SlowNetwork {
  url: string;
  /** One way, in milliseconds; what is under way keeps the delay it left with. */
  delayMs: number;
  stop(): void;
}

export async function startSlowNetwork(databaseUrl: string): Promise<SlowNetwork> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const network: SlowNetwork = {
    url: '',
    delayMs: 0,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    carry(near, far);
    carry(far, near);
  });
  /** Bytes arrive in the order they left: none overtakes another when the delay shrinks. */
  const carry = (from: Socket, to: Socket) => {
    let last = Promise.resolve();
    const after = (work: () => void) => {
      const due = performance.now() + network.delayMs;
      last = last.then(async () => {
        const waitMs = due - performance.now();
        if (waitMs > 0) await new Promise((done) => setTimeout(done, waitMs));
        work();
      });
    };
    sockets.add(from);
    from.on('data', (bytes) => after(() => to.write(bytes)));
    from.on('end', () => after(() => to.end()));
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      after(() => to.destroy());
    });
  };
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  network.url = url.href;
  return network;
}
