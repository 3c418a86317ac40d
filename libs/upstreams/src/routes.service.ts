import { Inject, Injectable, Logger } from '@nestjs/common';
import { ChangeFeed, LiveSnapshot } from '#database';
import { AddressRules, parseAddress } from './address-rules.js';
import type { DefaultUpstream } from './default-upstream.js';
import { type RouteRow, RoutesRepository } from './routes.repository.js';
import { SecretBox } from './secret-box.js';
import { UpstreamPools } from './upstream-pools.js';
import type { Route, UpstreamTarget } from './upstream-target.js';
import { DEFAULT_UPSTREAM } from './upstreams.settings.js';

/** Topic of the change feed for upstreams and routes. */
export const ROUTES_TOPIC = 'routes';

const NAMES = { configured: 'default', ollama: 'ollama', sandbox: 'sandbox' };

/** Says which upstreams serve a model, from memory while the change feed is trusted. */
@Injectable()
export class RoutesService {
  private readonly logger = new Logger(RoutesService.name);
  private readonly complaints = new Set<string>();
  private readonly snapshot: LiveSnapshot<Map<string, Route>>;
  private readonly fallback: Omit<UpstreamTarget, 'theirId'> | undefined;

  constructor(
    feed: ChangeFeed,
    repository: RoutesRepository,
    private readonly pools: UpstreamPools,
    private readonly rules: AddressRules,
    private readonly secrets: SecretBox,
    @Inject(DEFAULT_UPSTREAM) defaultUpstream: DefaultUpstream,
  ) {
    this.fallback = this.fallbackOf(defaultUpstream);
    this.snapshot = new LiveSnapshot(feed, {
      topic: ROUTES_TOPIC,
      load: async () => this.routesOf(await repository.load()),
    });
  }

  /**
   * The route of a model: its own, else the default upstream under the model's own id, else without targets.
   * A model whose route has only upstreams out of service gets no other. Rejects with `database_unavailable`.
   */
  routeFor(modelId: string): Route | Promise<Route> {
    const routes = this.snapshot.peek();
    return routes
      ? this.pick(routes, modelId)
      : this.snapshot.read().then((read) => this.pick(read, modelId));
  }

  private pick(routes: Map<string, Route>, modelId: string): Route {
    const own = routes.get(modelId);
    if (own) return own;
    return { targets: this.fallback ? [{ ...this.fallback, theirId: modelId }] : [] };
  }

  private fallbackOf(found: DefaultUpstream): Omit<UpstreamTarget, 'theirId'> | undefined {
    if (found.kind === 'none' || found.baseUrl === null) return undefined;
    const address = parseAddress(found.baseUrl);
    return {
      upstreamUuid: null,
      name: NAMES[found.kind],
      origin: address.origin,
      pathPrefix: address.pathPrefix,
      authorization: found.apiKey === null ? null : `Bearer ${found.apiKey}`,
      outputLimitFields: found.outputLimitFields ?? 'both',
      dispatcher: this.pools.forTrusted(address),
    };
  }

  private routesOf(rows: RouteRow[]): Map<string, Route> {
    const targets = new Map<string, UpstreamTarget[]>();
    for (const row of rows) {
      const list = targets.get(row.model_id) ?? [];
      targets.set(row.model_id, list);
      const target = row.enabled ? this.targetOf(row) : undefined;
      if (target) list.push(target);
    }
    return new Map([...targets].map(([modelId, list]) => [modelId, { targets: list }]));
  }

  /** Undefined when it cannot be used; the log says why, without the secret. */
  private targetOf(row: RouteRow): UpstreamTarget | undefined {
    try {
      const address = parseAddress(row.base_url);
      if (!row.trusted && !this.rules.mayUse(address)) {
        return this.unusable(row, 'its address is inside a private network');
      }
      const secret = row.secret_ciphertext && this.secrets.open(row.secret_ciphertext, row.upstream_id);
      return {
        upstreamUuid: row.upstream_id,
        name: row.name,
        origin: address.origin,
        pathPrefix: address.pathPrefix,
        authorization: secret === null ? null : `Bearer ${secret}`,
        theirId: row.their_id,
        outputLimitFields: row.output_limit_fields,
        dispatcher: row.trusted ? this.pools.forTrusted(address) : this.pools.forGuarded(address),
      };
    } catch (error) {
      return this.unusable(row, (error as Error).message);
    }
  }

  /** Said once and not at each reading. */
  private unusable(row: RouteRow, why: string): undefined {
    const complaint = `upstream ${row.name} is not used: ${why}`;
    if (!this.complaints.has(complaint)) this.logger.error(complaint);
    this.complaints.add(complaint);
    return undefined;
  }
}
