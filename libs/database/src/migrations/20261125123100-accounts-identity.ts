import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AccountsIdentity20261125123100 implements MigrationInterface {
  name = 'AccountsIdentity20261125123100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Claimed once, whatever calls for it: what a verification causes happens with it, in one transaction.
      ALTER TABLE users ADD COLUMN verified_at timestamptz;
      UPDATE users SET verified_at = created_at WHERE email_verified;
      CREATE INDEX users_verification_unfinished ON users (id) WHERE email_verified AND verified_at IS NULL;

      ALTER TABLE accounts ADD COLUMN closing_at timestamptz, ADD COLUMN closed_at timestamptz;
      COMMENT ON COLUMN accounts.closing_at IS 'when its owner closed it; its books close when nothing is on hold';
      CREATE INDEX accounts_closing ON accounts (id) WHERE closing_at IS NOT NULL AND closed_at IS NULL;

      -- A secret that was replaced and works a while longer, so that its programs can be changed one by one.
      ALTER TABLE keys ADD COLUMN previous_hash bytea UNIQUE CHECK (octet_length(previous_hash) = 32),
        ADD COLUMN previous_until timestamptz,
        ADD CHECK ((previous_hash IS NULL) = (previous_until IS NULL));

      -- Attempts in the minute that began at minute, counted across processes. No address is kept, only its digest.
      CREATE UNLOGGED TABLE auth_attempts (
        bucket bytea PRIMARY KEY,
        minute timestamptz NOT NULL,
        count int NOT NULL
      );
      CREATE INDEX auth_attempts_minute ON auth_attempts (minute);

      -- From where a person signed in before, as digests of addresses and browsers: to notice a new one.
      CREATE TABLE sign_in_clients (
        user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        digest bytea NOT NULL,
        first_seen_at timestamptz NOT NULL DEFAULT app_now(),
        PRIMARY KEY (user_id, digest)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE sign_in_clients, auth_attempts;
      ALTER TABLE keys DROP COLUMN previous_hash, DROP COLUMN previous_until;
      ALTER TABLE accounts DROP COLUMN closing_at, DROP COLUMN closed_at;
      ALTER TABLE users DROP COLUMN verified_at;
    `);
  }
}
