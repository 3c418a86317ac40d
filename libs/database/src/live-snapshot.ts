import { DomainError } from '#common';
import type { ChangeFeed } from './change-feed.js';

/**
 * A small table held whole in memory and followed by a topic of the change feed. It is believed only while the
 * feed is; otherwise each reader waits for a load that began after it asked. A load that a change overtook is
 * given to those who waited for it and never kept.
 */
export class LiveSnapshot<T> {
  private value: T | undefined;
  /** Counts changes: a load may be kept only when none came while it ran. */
  private generation = 0;
  private running: Promise<T> | undefined;
  private next: Promise<T> | undefined;

  constructor(
    private readonly feed: ChangeFeed,
    private readonly options: { topic: string; load: () => Promise<T> },
  ) {
    feed.on(options.topic, () => this.forget());
    feed.onResync(() => this.forget());
  }

  /** What is remembered, when it may be believed. */
  peek(): T | undefined {
    return this.feed.trusted() ? this.value : undefined;
  }

  /** Loads anew. Rejects with `database_unavailable` when that fails. */
  read(): Promise<T> {
    if (!this.running) return this.start();
    const after = () => {
      this.next = undefined;
      return this.start();
    };
    this.next ??= this.running.then(after, after);
    return this.next;
  }

  private forget(): void {
    this.generation += 1;
    this.value = undefined;
    // Loaded ahead of the next reader, who tries again when this fails.
    this.read().catch(() => undefined);
  }

  private start(): Promise<T> {
    const generation = this.generation;
    const load = this.options.load().then(
      (value) => {
        if (generation === this.generation) this.value = value;
        return value;
      },
      (error: unknown) => {
        throw new DomainError(
          'database_unavailable',
          'The service cannot reach its database at the moment. Nothing was charged; try again shortly.',
          { internal: `${this.options.topic}: ${(error as Error).message}` },
        );
      },
    );
    const running = load.finally(() => {
      if (this.running === running) this.running = undefined;
    });
    this.running = running;
    return running;
  }
}
