import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which people are an evaluation's: their passwords lie in a file, so production does not start with them. */
export class AccountsDemoPeople20261125150200 implements MigrationInterface {
  name = 'AccountsDemoPeople20261125150200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE users ADD COLUMN is_demo boolean NOT NULL DEFAULT false;
      CREATE INDEX users_demo ON users (id) WHERE is_demo;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users DROP COLUMN is_demo;');
  }
}
