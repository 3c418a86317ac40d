import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Alerts about something that is so until it is over: the few that are open, among all that ever were. */
export class NotificationsOpenAlerts20261125131100 implements MigrationInterface {
  name = 'NotificationsOpenAlerts20261125131100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX alerts_open ON alerts (kind, id)
        WHERE closed_at IS NULL AND kind IN ('low_balance', 'grant_expiring');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX alerts_open;');
  }
}
