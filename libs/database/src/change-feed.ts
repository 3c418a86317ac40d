import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type pg from 'pg';
import { Clock } from './clock.js';
import { DATABASE_SETTINGS, type DatabaseSettings } from './database.settings.js';
import { DedicatedConnection } from './dedicated-connection.js';
import type { Tx } from './transactions.js';

const CHANNEL = 'changes';
const BEAT_MS = 500;
/** A beat that was not answered by then never will be. */
const ANSWER_MS = 5_000;
/** A process whose last own beat is older than this has no reason to trust what it remembers. */
const TRUST_MS = 1000;

type Listener = (subject: string) => void;

/**
 * Tells every process what changed, by LISTEN/NOTIFY, and knows when it cannot: the listener notifies itself
 * every 500 ms, and while its last beat is older than 1 s `trusted()` is false and snapshots must be read through.
 * Notifications are sent by writers inside their transaction, never on the request path (NOTIFY serialises commits).
 */
@Injectable()
export class ChangeFeed implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ChangeFeed.name);
  private readonly listeners = new Map<string, Listener[]>();
  private readonly resyncs: (() => void)[] = [];
  private readonly connection: DedicatedConnection;
  private timer: NodeJS.Timeout | undefined;
  private beating = false;
  private lastBeatMs = Number.NEGATIVE_INFINITY;
  private beatPayload = '';

  constructor(
    @Inject(DATABASE_SETTINGS) settings: DatabaseSettings,
    private readonly clock: Clock,
  ) {
    this.connection = new DedicatedConnection({
      url: settings.url,
      name: 'change-feed',
      onConnect: (client) => this.listen(client),
      onLost: () => {
        this.lastBeatMs = Number.NEGATIVE_INFINITY;
      },
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    this.beatPayload = `beat:${crypto.randomUUID()}`;
    await this.beat();
    this.timer = setInterval(() => void this.beat(), BEAT_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.connection.close();
  }

  /** Whether changes are arriving: the last own notification came back within a second. */
  trusted(): boolean {
    return performance.now() - this.lastBeatMs < TRUST_MS;
  }

  /** Calls `listener` with the subject of each change of `topic` (`keys`, `catalog`, …), from any process. */
  on(topic: string, listener: Listener): void {
    const listeners = this.listeners.get(topic) ?? [];
    listeners.push(listener);
    this.listeners.set(topic, listeners);
  }

  /** Calls `listener` after each (re)connect: changes may have been missed, so forget everything. */
  onResync(listener: () => void): void {
    this.resyncs.push(listener);
  }

  /** Announces a change when `tx` commits. */
  async announce(tx: Tx, topic: string, subject = ''): Promise<void> {
    await tx.query('SELECT pg_notify($1, $2)', [CHANNEL, `${topic}:${subject}`]);
  }

  private async listen(client: pg.Client): Promise<void> {
    client.on('notification', (message) => this.receive(message.payload ?? ''));
    await client.query(`LISTEN ${CHANNEL}`);
    for (const resync of this.resyncs) resync();
  }

  private receive(payload: string): void {
    if (payload === this.beatPayload) {
      this.lastBeatMs = performance.now();
      return;
    }
    const colon = payload.indexOf(':');
    const subject = payload.slice(colon + 1);
    for (const listener of this.listeners.get(payload.slice(0, colon)) ?? []) listener(subject);
  }

  private async beat(): Promise<void> {
    if (this.beating) return;
    this.beating = true;
    try {
      const client = await this.connection.get();
      const askedAtMs = Date.now();
      // A server that is gone without a word would be waited for until TCP gives up.
      const deadline = setTimeout(() => this.connection.discard(client), ANSWER_MS);
      const result = await client
        .query<{ ms: string }>('SELECT extract(epoch FROM app_now()) * 1000 AS ms, pg_notify($1, $2)', [
          CHANNEL,
          this.beatPayload,
        ])
        .finally(() => clearTimeout(deadline));
      this.clock.measured({
        databaseMs: Number(result.rows[0]!.ms),
        askedAtMs,
        answeredAtMs: Date.now(),
      });
    } catch (error) {
      this.logger.warn(`no beat: ${(error as Error).message}`);
    } finally {
      this.beating = false;
    }
  }
}
