import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Tx } from '#database';
import { RouteEntity } from './route.entity.js';
import { UpstreamEntity } from './upstream.entity.js';

/** The operator's reads and writes of upstreams and routes. The request path has its own. */
@Injectable()
export class UpstreamsRepository {
  constructor(private readonly dataSource: DataSource) {}

  list(limit: number): Promise<UpstreamEntity[]> {
    return this.dataSource.getRepository(UpstreamEntity).find({ order: { name: 'ASC' }, take: limit });
  }

  findByName(name: string): Promise<UpstreamEntity | null> {
    return this.dataSource.getRepository(UpstreamEntity).findOneBy({ name });
  }

  async insert(tx: Tx, upstream: Omit<UpstreamEntity, 'createdAt'>): Promise<void> {
    await tx.manager.insert(UpstreamEntity, upstream);
  }

  /** Ids of the upstreams of these names, locked so that none is taken away before its route is written. */
  async idsByName(tx: Tx, names: string[]): Promise<Map<string, string>> {
    const rows = await tx.query<{ id: string; name: string }>(
      'SELECT id, name FROM upstreams WHERE name = ANY ($1) ORDER BY id FOR SHARE',
      [names],
    );
    return new Map(rows.map(({ id, name }) => [name, id]));
  }

  async route(modelId: string): Promise<{ upstream: string; theirId: string }[]> {
    return this.dataSource.query(
      `SELECT u.name AS upstream, r.their_id AS "theirId" FROM routes r JOIN upstreams u ON u.id = r.upstream_id
       WHERE r.model_id = $1 ORDER BY r.position`,
      [modelId],
    );
  }

  /** Puts a whole route in place of the one before; of two at once the later to lock wins, never a mixture. */
  async replaceRoute(
    tx: Tx,
    modelId: string,
    hops: { upstreamId: string; theirId: string }[],
  ): Promise<void> {
    await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('route ' || $1, 0))", [modelId]);
    await tx.manager.delete(RouteEntity, { modelId });
    await tx.manager.insert(
      RouteEntity,
      hops.map((hop, position) => ({ modelId, position, ...hop })),
    );
  }
}
