import { Injectable } from '@nestjs/common';
import { ChangeFeed, LiveSnapshot } from '#database';
import { CatalogRepository } from './catalog.repository.js';
import type { CatalogSnapshot, ModelSnapshot } from './catalog-snapshot.js';

/** Topic of the change feed for models, tiers and multipliers. */
export const CATALOG_TOPIC = 'catalog';

/**
 * Answers what a model is and costs, from memory while the change feed is trusted. A change is felt by every
 * process within a second. Rejects with `database_unavailable` when the catalog has to be read and cannot be.
 */
@Injectable()
export class CatalogService {
  private readonly snapshot: LiveSnapshot<CatalogSnapshot>;

  constructor(feed: ChangeFeed, repository: CatalogRepository) {
    this.snapshot = new LiveSnapshot(feed, { topic: CATALOG_TOPIC, load: () => repository.load() });
  }

  /** The model, in any state, or undefined. No promise on the usual path: the caller awaits only when there is one. */
  find(id: string): ModelSnapshot | undefined | Promise<ModelSnapshot | undefined> {
    const catalog = this.snapshot.peek();
    return catalog ? catalog.models.get(id) : this.snapshot.read().then((read) => read.models.get(id));
  }

  /** The catalog of one moment. The same object as long as nothing changed. */
  current(): CatalogSnapshot | Promise<CatalogSnapshot> {
    return this.snapshot.peek() ?? this.snapshot.read();
  }

  /** The models a caller may see, active and deprecated ones, cheapest tier first. */
  async list(): Promise<ModelSnapshot[]> {
    return listed(await this.current());
  }
}

export function listed(catalog: CatalogSnapshot): ModelSnapshot[] {
  return [...catalog.models.values()].filter(({ state }) => state === 'active' || state === 'deprecated');
}
