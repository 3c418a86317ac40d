import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { UpstreamEntity } from './upstream.entity.js';

/** One of the upstreams of a model, in the order they are tried. */
@Entity('routes')
@Check('routes_position_check', 'position >= 0')
@Check('routes_their_id_check', 'length(their_id) BETWEEN 1 AND 256')
export class RouteEntity {
  @PrimaryColumn('text', { name: 'model_id', primaryKeyConstraintName: 'routes_pkey' })
  modelId!: string;

  @PrimaryColumn('int', { primaryKeyConstraintName: 'routes_pkey' })
  position!: number;

  @ForeignKey(() => UpstreamEntity, { name: 'routes_upstream_id_fkey' })
  @Index('routes_upstream_id')
  @Column('uuid', { name: 'upstream_id' })
  upstreamId!: string;

  /** The name the upstream knows the model by. */
  @Column('text', { name: 'their_id' })
  theirId!: string;
}
