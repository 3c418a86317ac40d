import { Injectable } from '@nestjs/common';
import { DomainError, idFromUuid, type UpstreamId } from '#common';
import { type Actor, AuditLog, ChangeFeed, Transactions, type Tx } from '#database';
import { ModelsService } from '#models';
import { type NewUpstream, UpstreamVetting } from './new-upstream.js';
import { ROUTES_TOPIC } from './routes.service.js';
import type { UpstreamEntity } from './upstream.entity.js';
import type { OutputLimitFields } from './upstream-target.js';
import { UpstreamExistsError, UpstreamNotFoundError } from './upstreams.errors.js';
import { UpstreamsRepository } from './upstreams.repository.js';

const LIST_LIMIT = 1000;
const ROUTE_LIMIT = 8;
const UNIQUE_VIOLATION = '23505';

/** An upstream as operators see it: without its secret. */
export interface UpstreamRecord {
  id: UpstreamId;
  name: string;
  baseUrl: string;
  hasSecret: boolean;
  outputLimitFields: OutputLimitFields;
  /** Set outside the console: its address may be private. */
  trusted: boolean;
  enabled: boolean;
  createdAt: Date;
}

/** One upstream of a route; without `theirId` it knows the model by the catalog's id. */
export interface RouteHop {
  upstream: string;
  theirId?: string;
}

/** What operators do to upstreams and routes. Each act is in the audit log and on every process within a second. */
@Injectable()
export class UpstreamsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly feed: ChangeFeed,
    private readonly audit: AuditLog,
    private readonly repository: UpstreamsRepository,
    private readonly vetting: UpstreamVetting,
    private readonly models: ModelsService,
  ) {}

  async list(): Promise<UpstreamRecord[]> {
    return (await this.repository.list(LIST_LIMIT)).map(recordOf);
  }

  /** Throws `not_found`. */
  async show(name: string): Promise<UpstreamRecord> {
    return recordOf(await this.find(name));
  }

  /** Throws `invalid_value` naming the field, `conflict` when the name is taken. */
  async add(actor: Actor, input: NewUpstream): Promise<UpstreamRecord> {
    // Before the transaction: a name may have to be looked up in the network.
    const row = await this.vetting.rowOf(actor, input);
    await this.transactions.run(async (tx) => {
      await this.repository.insert(tx, row).catch((error: { driverError?: { code?: string } }) => {
        throw error.driverError?.code === UNIQUE_VIOLATION ? new UpstreamExistsError(row.name) : error;
      });
      await this.record(tx, {
        actor,
        action: 'upstream.added',
        subject: row.name,
        detail: { baseUrl: row.baseUrl, hasSecret: row.secretCiphertext !== null, trusted: row.trusted },
      });
    });
    return this.show(row.name);
  }

  /** The upstreams of a model, in order, and the name each knows it by; empty: the default upstream serves it. */
  route(modelId: string): Promise<{ upstream: string; theirId: string }[]> {
    return this.repository.route(modelId);
  }

  /** Puts a route in place; an empty one returns the model to the default upstream. Throws `model_not_found`, `not_found`, `invalid_value`. */
  async setRoute(actor: Actor, input: { modelId: string; hops: RouteHop[] }): Promise<void> {
    const { modelId, hops } = input;
    if (hops.length > ROUTE_LIMIT) {
      throw new DomainError('invalid_value', `A route has at most ${ROUTE_LIMIT} upstreams.`, {
        param: 'route',
      });
    }
    const named = hops.map((hop) => ({ upstream: hop.upstream, theirId: hop.theirId || modelId }));
    await this.models.show(modelId);
    await this.transactions.run(async (tx) => {
      const ids = await this.repository.idsByName(
        tx,
        named.map(({ upstream }) => upstream),
      );
      const rows = named.map(({ upstream, theirId }) => {
        const upstreamId = ids.get(upstream);
        if (!upstreamId) throw new UpstreamNotFoundError(upstream);
        return { upstreamId, theirId };
      });
      await this.repository.replaceRoute(tx, modelId, rows);
      await this.record(tx, { actor, action: 'route.set', subject: modelId, detail: { route: named } });
    });
  }

  private async find(name: string): Promise<UpstreamEntity> {
    const upstream = await this.repository.findByName(name);
    if (!upstream) throw new UpstreamNotFoundError(name);
    return upstream;
  }

  private async record(tx: Tx, line: Parameters<AuditLog['write']>[1]): Promise<void> {
    await this.audit.write(tx, line);
    await this.feed.announce(tx, ROUTES_TOPIC, line.subject);
  }
}

function recordOf(row: UpstreamEntity): UpstreamRecord {
  return {
    id: idFromUuid('upstream', row.id),
    name: row.name,
    baseUrl: row.baseUrl,
    hasSecret: row.secretCiphertext !== null,
    outputLimitFields: row.outputLimitFields,
    trusted: row.trusted,
    enabled: row.enabled,
    createdAt: row.createdAt,
  };
}
