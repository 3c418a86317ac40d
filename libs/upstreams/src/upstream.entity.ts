import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { OutputLimitFields } from './upstream-target.js';

/** A server that runs models. */
@Entity('upstreams')
@Unique('upstreams_name_key', ['name'])
@Check('upstreams_name_check', `name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'`)
@Check(
  'upstreams_output_limit_fields_check',
  `output_limit_fields IN ('both', 'max_tokens', 'max_completion_tokens')`,
)
export class UpstreamEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'upstreams_pkey' })
  id!: string;

  @Column('text')
  name!: string;

  @Column('text', { name: 'base_url' })
  baseUrl!: string;

  /** Sealed for this row's id. */
  @Column('bytea', { name: 'secret_ciphertext', nullable: true })
  secretCiphertext!: Buffer | null;

  @Column('text', { name: 'output_limit_fields' })
  outputLimitFields!: OutputLimitFields;

  /** Set at the command line: its address may be private. */
  @Column('boolean')
  trusted!: boolean;

  @Column('boolean')
  enabled!: boolean;

  @Column('timestamptz', { name: 'created_at', default: () => 'app_now()' })
  createdAt!: Date;
}
