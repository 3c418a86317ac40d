import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { TierEntity } from './tier.entity.js';

export type ModelState = 'draft' | 'active' | 'deprecated' | 'retired';

export const MODEL_CATEGORIES = ['chat', 'code', 'thinking', 'vision', 'tools', 'embedding'] as const;
export type ModelCategory = (typeof MODEL_CATEGORIES)[number];

/** A row of the catalog. Its price is not here: see the multipliers. */
@Entity('models')
@Check('models_id_check', `id ~ '^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}$'`)
@Check('models_category_check', `category IN ('chat', 'code', 'thinking', 'vision', 'tools', 'embedding')`)
@Check('models_state_check', `state IN ('draft', 'active', 'deprecated', 'retired')`)
@Check('models_context_window_check', 'context_window > 0')
@Check('models_max_output_tokens_check', 'max_output_tokens > 0')
@Check('models_default_output_tokens_check', 'default_output_tokens > 0')
@Check('models_image_token_allowance_check', 'image_token_allowance >= 0')
@Check('models_embedding_dimensions_check', 'embedding_dimensions > 0')
export class ModelEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'models_pkey' })
  id!: string;

  @Column('text')
  name!: string;

  @Column('text')
  family!: string;

  @Column('text')
  vendor!: string;

  @Column('text')
  category!: ModelCategory;

  @Column('text', { array: true })
  capabilities!: string[];

  @Column('text', { nullable: true })
  parameters!: string | null;

  @Column('int', { name: 'context_window' })
  contextWindow!: number;

  @Column('int', { name: 'max_output_tokens', nullable: true })
  maxOutputTokens!: number | null;

  /** Null: by the ledger's rule. */
  @Column('int', { name: 'default_output_tokens', nullable: true })
  defaultOutputTokens!: number | null;

  @Column('int', { name: 'image_token_allowance', default: 2048 })
  imageTokenAllowance!: number;

  @Column('int', { name: 'embedding_dimensions', nullable: true })
  embeddingDimensions!: number | null;

  @ForeignKey(() => TierEntity, { name: 'models_tier_fkey' })
  @Column('text')
  tier!: string;

  @Column('text')
  state!: ModelState;

  /** Why it answers 503 for now; null: it works. */
  @Column('text', { name: 'disabled_reason', nullable: true })
  disabledReason!: string | null;

  @Column('text', { nullable: true })
  license!: string | null;

  /** Year and month. */
  @Column('text', { nullable: true })
  released!: string | null;

  @Column('text', { nullable: true })
  description!: string | null;

  @Column('text', { name: 'best_for', nullable: true })
  bestFor!: string | null;

  @Column('text', { name: 'suggested_replacement', nullable: true })
  suggestedReplacement!: string | null;

  /** Where the facts of this row are from. */
  @Column('text', { nullable: true })
  source!: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'app_now()' })
  createdAt!: Date;
}
