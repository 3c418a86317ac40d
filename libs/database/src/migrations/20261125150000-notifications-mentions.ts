import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of whom a mail or an alert to others speaks, so that it can be forgotten with that person. */
export class NotificationsMentions20261125150000 implements MigrationInterface {
  name = 'NotificationsMentions20261125150000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE mails ADD COLUMN mentions_user_id uuid;
      ALTER TABLE alerts ADD COLUMN mentions_user_id uuid;
      COMMENT ON COLUMN mails.mentions_user_id IS 'whose name is in it, other than its reader''s';
      COMMENT ON COLUMN alerts.mentions_user_id IS 'whose name is in params; null: nobody''s';
      CREATE INDEX mails_mentions ON mails (mentions_user_id) WHERE mentions_user_id IS NOT NULL;
      CREATE INDEX alerts_mentions ON alerts (mentions_user_id) WHERE mentions_user_id IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE mails DROP COLUMN mentions_user_id;
      ALTER TABLE alerts DROP COLUMN mentions_user_id;
    `);
  }
}
