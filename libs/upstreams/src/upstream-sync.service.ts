import { Injectable } from '@nestjs/common';
import { DomainError } from '#common';
import type { Actor } from '#database';
import { ModelsService } from '#models';
import { type Inquiry, UpstreamInquiry } from './upstream-inquiry.js';
import { UpstreamNotFoundError } from './upstreams.errors.js';
import { UpstreamsRepository } from './upstreams.repository.js';
import { UpstreamsService } from './upstreams.service.js';

/** A model an upstream has, and whether the catalog has it too. */
export interface OfferedModel {
  theirId: string;
  inCatalog: boolean;
  /** Whether the catalog can take its name as an id. */
  usable: boolean;
}

/** Brings the catalog and what an upstream has together. Nothing is added that the operator did not ask for. */
@Injectable()
export class UpstreamSyncService {
  constructor(
    private readonly repository: UpstreamsRepository,
    private readonly inquiry: UpstreamInquiry,
    private readonly upstreams: UpstreamsService,
    private readonly models: ModelsService,
  ) {}

  /** Asks the upstream for its models and says how it went. Throws `not_found`. */
  async test(name: string): Promise<Inquiry> {
    const upstream = await this.repository.findByName(name);
    if (!upstream) throw new UpstreamNotFoundError(name);
    return this.inquiry.models(upstream);
  }

  /** What the upstream has beside the catalog. Throws `not_found`, or `upstream_failed` when it gives no list. */
  async offers(name: string): Promise<OfferedModel[]> {
    const inquiry = await this.test(name);
    if (!inquiry.modelIds) {
      throw new DomainError('upstream_failed', `"${name}" gave no list of models: ${inquiry.problem}.`);
    }
    const known = new Set((await this.models.list()).map(({ id }) => id));
    return inquiry.modelIds.map((theirId) => ({
      theirId,
      inCatalog: known.has(theirId),
      usable: /^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}$/.test(theirId),
    }));
  }

  /** Adds drafts for some of what was offered, each with a route to this upstream. Throws what adding throws. */
  async draft(actor: Actor, input: { upstream: string; theirIds: string[] }): Promise<void> {
    for (const theirId of input.theirIds) {
      await this.models.add(actor, { id: theirId });
      await this.upstreams.setRoute(actor, { modelId: theirId, hops: [{ upstream: input.upstream }] });
    }
  }
}
