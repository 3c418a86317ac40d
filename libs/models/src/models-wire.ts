import { Inject, Injectable } from '@nestjs/common';
import { toCredits } from '#common';
import { Clock } from '#database';
import { CatalogService, listed } from './catalog.service.js';
import { type CatalogSnapshot, type ModelSnapshot, multiplierAt, priceAt } from './catalog-snapshot.js';
import { ModelNotFoundError } from './models.errors.js';
import { MODELS_SETTINGS, type ModelsSettings } from './models.settings.js';

interface Rendered {
  catalog: CatalogSnapshot;
  /** The stretch of time in which these bytes are true. */
  fromMs: number;
  untilMs: number;
  list: Buffer;
  byId: Map<string, Buffer>;
}

/** The catalog as `/v1/models` shows it, rendered once for as long as nothing changes. */
@Injectable()
export class ModelsWire {
  private rendered: Rendered | undefined;

  constructor(
    @Inject(MODELS_SETTINGS) private readonly settings: ModelsSettings,
    private readonly catalog: CatalogService,
    private readonly clock: Clock,
  ) {}

  /** The body of `GET /v1/models`. */
  async list(): Promise<Buffer> {
    return (await this.now()).list;
  }

  /** The body of `GET /v1/models/{id}`. Throws `model_not_found`. */
  async one(id: string): Promise<Buffer> {
    const body = (await this.now()).byId.get(id);
    if (!body) throw new ModelNotFoundError(id);
    return body;
  }

  private async now(): Promise<Rendered> {
    const catalog = await this.catalog.current();
    const nowMs = this.clock.nowMs();
    const last = this.rendered;
    if (last && last.catalog === catalog && last.fromMs <= nowMs && nowMs < last.untilMs) return last;
    this.rendered = this.render(catalog, nowMs);
    return this.rendered;
  }

  private render(catalog: CatalogSnapshot, nowMs: number): Rendered {
    let untilMs = Number.POSITIVE_INFINITY;
    const byId = new Map<string, string>();
    for (const model of listed(catalog)) {
      if (!multiplierAt(model.multipliers, nowMs)) continue;
      const price = priceAt(model, nowMs);
      untilMs = Math.min(untilMs, price.validUntilMs ?? untilMs);
      byId.set(model.id, JSON.stringify(this.wireModel(model, toCredits(price.multiplierMilli))));
    }
    return {
      catalog,
      fromMs: nowMs,
      untilMs,
      list: Buffer.from(`{"object":"list","data":[${[...byId.values()].join(',')}]}`),
      byId: new Map([...byId].map(([id, json]) => [id, Buffer.from(json)])),
    };
  }

  private wireModel(model: ModelSnapshot, creditMultiplier: number) {
    return {
      id: model.id,
      object: 'model',
      created: model.createdAtSec,
      owned_by: this.settings.ownedBy,
      name: model.name,
      category: model.category,
      capabilities: [...model.capabilities],
      context_window: model.contextWindow,
      max_output_tokens: model.maxOutputTokens,
      tier: model.tier,
      credit_multiplier: creditMultiplier,
      shutdown_date: null,
      deprecation: null,
    };
  }
}
