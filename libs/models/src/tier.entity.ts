import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A price class. */
@Entity('tiers')
@Unique('tiers_position_key', ['position'])
export class TierEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'tiers_pkey' })
  id!: string;

  /** Where it stands in lists, cheapest first. */
  @Column('int')
  position!: number;
}
