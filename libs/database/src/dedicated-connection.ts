import { Logger } from '@nestjs/common';
import pg from 'pg';

/** To connect and to set a session up. */
const SET_UP_MS = 10_000;

/**
 * One connection outside the pool that comes back by itself: for a lane that sends one statement at a time
 * (the ledger's batches) or that must stay open (LISTEN). Errors reach the caller; only the connection is mended here.
 */
export class DedicatedConnection {
  private client: pg.Client | undefined;
  private connecting: Promise<pg.Client> | undefined;
  private closed = false;
  private readonly logger: Logger;

  constructor(
    private readonly options: {
      url: string;
      name: string;
      /** Session settings, applied at each connect: `{lock_timeout: '1s'}`. */
      settings?: Record<string, string>;
      onConnect?: (client: pg.Client) => Promise<void>;
      onLost?: () => void;
    },
  ) {
    this.logger = new Logger(`Connection ${options.name}`);
  }

  /** The open client, connecting first if need be. Rejects when the database cannot be reached within 5 s. */
  async get(): Promise<pg.Client> {
    if (this.client) return this.client;
    if (this.closed) throw new Error(`connection ${this.options.name} is closed`);
    this.connecting ??= this.connect().finally(() => {
      this.connecting = undefined;
    });
    return this.connecting;
  }

  /** The open client or undefined, without waiting. */
  peek(): pg.Client | undefined {
    return this.client;
  }

  /** Gives up a client that does not answer as it should: the next `get()` connects anew. */
  discard(client: pg.Client): void {
    if (this.client === client) {
      this.client = undefined;
      this.logger.warn('given up');
      this.options.onLost?.();
    }
    void client.end().catch(() => undefined);
  }

  async close(): Promise<void> {
    this.closed = true;
    const client = this.client;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.options.url,
      application_name: `llm-${this.options.name}`,
      connectionTimeoutMillis: 5000,
      keepAlive: true,
    });
    const lost = (error?: Error) => {
      if (this.client !== client) return;
      this.client = undefined;
      if (!this.closed) this.logger.warn(`lost: ${error?.message ?? 'closed by the server'}`);
      this.options.onLost?.();
    };
    client.on('error', lost);
    client.on('end', () => lost());
    // To end a client that waits for an answer breaks its connection, which rejects what waits.
    const giveUp = () => void client.end().catch(() => undefined);
    const deadline = setTimeout(giveUp, SET_UP_MS);
    try {
      await client.connect();
      for (const [name, value] of Object.entries(this.options.settings ?? {})) {
        await client.query('SELECT set_config($1, $2, false)', [name, value]);
      }
      await this.options.onConnect?.(client);
    } catch (error) {
      // A server that lets us in and then refuses (a standby takes no LISTEN) would keep every session we began.
      giveUp();
      throw error;
    } finally {
      clearTimeout(deadline);
    }
    if (this.closed) {
      await client.end();
      throw new Error(`connection ${this.options.name} is closed`);
    }
    this.client = client;
    return client;
  }
}
