import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is about to expire is looked for every few minutes, among all grants there ever were. */
export class BillingExpiringGrants20261125131000 implements MigrationInterface {
  name = 'BillingExpiringGrants20261125131000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX credit_grants_expiring ON credit_grants (expires_at, id)
        WHERE live AND expires_at IS NOT NULL AND (paid OR source = 'welcome');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX credit_grants_expiring;');
  }
}
