import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Event {
  request: IncomingMessage;
  response: ServerResponse;
  server: Server;
}

/** A request as the server saw it; times are milliseconds of the process. */
export interface SeenRequest {
  key: string;
  startedMs: number;
  endedMs: number | undefined;
  status: number | undefined;
}

/** What reaches one server of this process, told by Node itself: an SDK's own account of its retries proves nothing. */
export class ServerTraffic {
  private readonly seen = new Map<IncomingMessage, SeenRequest>();
  private readonly watchers = new Set<() => void>();

  constructor(private readonly port: number) {
    subscribe('http.server.request.start', this.started);
    subscribe('http.server.response.finish', this.ended);
  }

  /** Requests with this key, in the order of their coming. */
  of(key: string): SeenRequest[] {
    return [...this.seen.values()].filter((one) => one.key === `Bearer ${key}`);
  }

  /** Resolves when this key has been answered with this status. */
  answered(key: string, status: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!this.of(key).some((one) => one.status === status)) return;
        this.watchers.delete(look);
        resolve();
      };
      this.watchers.add(look);
      look();
    });
  }

  close(): void {
    unsubscribe('http.server.request.start', this.started);
    unsubscribe('http.server.response.finish', this.ended);
  }

  private readonly started = (message: unknown): void => {
    const { request, server } = message as Event;
    if ((server.address() as AddressInfo | null)?.port !== this.port) return;
    const key = request.headers.authorization ?? '';
    this.seen.set(request, {
      key,
      startedMs: performance.now(),
      endedMs: undefined,
      status: undefined,
    });
  };

  private readonly ended = (message: unknown): void => {
    const { request, response } = message as Event;
    const seen = this.seen.get(request);
    if (!seen) return;
    seen.endedMs = performance.now();
    seen.status = response.statusCode;
    for (const look of this.watchers) look();
  };
}
