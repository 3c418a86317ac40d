import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Codes of authenticator apps that signed somebody in: each is good for that once (RFC 6238, 5.2). */
export class AccountsUsedCodes20261125150100 implements MigrationInterface {
  name = 'AccountsUsedCodes20261125150100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Not logged: a code is valid for a minute and a half, which a restart after a crash outlasts.
      CREATE UNLOGGED TABLE used_codes (
        digest bytea CONSTRAINT used_codes_pkey PRIMARY KEY,
        used_at timestamptz NOT NULL DEFAULT now()
      );
      COMMENT ON COLUMN used_codes.digest IS 'SHA-256 of the person and the code';
      CREATE INDEX used_codes_used_at ON used_codes (used_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE used_codes;');
  }
}
