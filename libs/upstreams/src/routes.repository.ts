import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL } from '#database';
import type { OutputLimitFields } from './upstream-target.js';

export interface RouteRow {
  model_id: string;
  their_id: string;
  upstream_id: string;
  name: string;
  base_url: string;
  secret_ciphertext: Buffer | null;
  output_limit_fields: OutputLimitFields;
  trusted: boolean;
  enabled: boolean;
}

@Injectable()
export class RoutesRepository {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /** Every route with its upstream, in the order the upstreams of a model are tried. */
  async load(): Promise<RouteRow[]> {
    const result = await this.pool.query<RouteRow>({
      name: 'upstreams-routes',
      text: `SELECT r.model_id, r.their_id, r.upstream_id, u.name, u.base_url, u.secret_ciphertext,
               u.output_limit_fields, u.trusted, u.enabled
             FROM routes r JOIN upstreams u ON u.id = r.upstream_id
             ORDER BY r.model_id, r.position`,
    });
    return result.rows;
  }
}
