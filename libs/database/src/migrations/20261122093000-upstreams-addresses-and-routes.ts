import type { MigrationInterface, QueryRunner } from 'typeorm';

export class UpstreamsAddressesAndRoutes20261122093000 implements MigrationInterface {
  name = 'UpstreamsAddressesAndRoutes20261122093000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE upstreams (
        id uuid CONSTRAINT upstreams_pkey PRIMARY KEY,
        name text NOT NULL CONSTRAINT upstreams_name_key UNIQUE
          CONSTRAINT upstreams_name_check CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
        base_url text NOT NULL,
        secret_ciphertext bytea,
        output_limit_fields text NOT NULL
          CONSTRAINT upstreams_output_limit_fields_check
          CHECK (output_limit_fields IN ('both', 'max_tokens', 'max_completion_tokens')),
        -- Set at the command line: private addresses allowed.
        trusted boolean NOT NULL,
        enabled boolean NOT NULL,
        created_at timestamptz NOT NULL DEFAULT app_now()
      );

      -- The model's id is a word here, not a reference: the catalog's tables belong to the catalog.
      CREATE TABLE routes (
        model_id text NOT NULL,
        position int NOT NULL CONSTRAINT routes_position_check CHECK (position >= 0),
        upstream_id uuid NOT NULL CONSTRAINT routes_upstream_id_fkey REFERENCES upstreams,
        their_id text NOT NULL CONSTRAINT routes_their_id_check CHECK (length(their_id) BETWEEN 1 AND 256),
        CONSTRAINT routes_pkey PRIMARY KEY (model_id, position)
      );
      CREATE INDEX routes_upstream_id ON routes (upstream_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE routes, upstreams;');
  }
}
