import { Check, Column, Entity, ForeignKey, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { ModelEntity } from './model.entity.js';
import { TierEntity } from './tier.entity.js';

/** Credits a token, from a date; of a tier or of one model. The database keeps it as it is once it counts. */
@Entity('multipliers')
@Check('multipliers_multiplier_milli_check', 'multiplier_milli BETWEEN 0 AND 1000000000')
@Check('multipliers_owner_check', 'num_nonnulls(tier, model) = 1')
@Unique('multipliers_tier_effective_at_key', ['tier', 'effectiveAt'])
@Unique('multipliers_model_effective_at_key', ['model', 'effectiveAt'])
export class MultiplierEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'multipliers_pkey',
  })
  id!: string;

  @ForeignKey(() => TierEntity, { name: 'multipliers_tier_fkey' })
  @Column('text', { nullable: true })
  tier!: string | null;

  @ForeignKey(() => ModelEntity, { name: 'multipliers_model_fkey' })
  @Column('text', { nullable: true })
  model!: string | null;

  @Column('bigint', {
    name: 'multiplier_milli',
    transformer: { to: (value: bigint) => value.toString(), from: BigInt },
  })
  multiplierMilli!: bigint;

  @Column('timestamptz', { name: 'effective_at' })
  effectiveAt!: Date;

  /** Set by the database when the row is written. */
  @Column('timestamptz', { name: 'announced_at' })
  announcedAt!: Date;

  @Column('text', { name: 'created_by' })
  createdBy!: string;

  @Column('text')
  reason!: string;
}
