import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What dashboards show people, what each has read, and what each wants to be told. */
export class NotificationsAlerts20261125124500 implements MigrationInterface {
  name = 'NotificationsAlerts20261125124500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE alerts (
        id uuid CONSTRAINT alerts_pkey PRIMARY KEY DEFAULT uuidv7(),
        account_id uuid CONSTRAINT alerts_account_id_fkey REFERENCES accounts ON DELETE CASCADE,
        user_id uuid CONSTRAINT alerts_user_id_fkey REFERENCES users ON DELETE CASCADE,
        kind text NOT NULL,
        severity text NOT NULL CONSTRAINT alerts_severity_check CHECK (severity IN ('info', 'warn', 'danger')),
        params jsonb NOT NULL,
        link text,
        created_at timestamptz NOT NULL DEFAULT app_now(),
        closed_at timestamptz,
        dedupe_key text CONSTRAINT alerts_dedupe_key_key UNIQUE,
        CONSTRAINT alerts_audience_check CHECK ((account_id IS NULL) <> (user_id IS NULL))
      );
      COMMENT ON COLUMN alerts.user_id IS 'for one person, in whichever account; else for every member of the account';
      COMMENT ON COLUMN alerts.closed_at IS 'null: what it tells of still is, or was an event';
      CREATE INDEX alerts_account ON alerts (account_id, id);
      CREATE INDEX alerts_user ON alerts (user_id, id);

      CREATE TABLE alert_reads (
        user_id uuid NOT NULL CONSTRAINT alert_reads_user_id_fkey REFERENCES users ON DELETE CASCADE,
        alert_id uuid NOT NULL CONSTRAINT alert_reads_alert_id_fkey REFERENCES alerts ON DELETE CASCADE,
        read_at timestamptz NOT NULL DEFAULT app_now(),
        CONSTRAINT alert_reads_pkey PRIMARY KEY (user_id, alert_id)
      );
      CREATE INDEX alert_reads_alert ON alert_reads (alert_id);

      -- A kind without a row is told both ways.
      CREATE TABLE alert_preferences (
        user_id uuid NOT NULL CONSTRAINT alert_preferences_user_id_fkey REFERENCES users ON DELETE CASCADE,
        kind text NOT NULL,
        dashboard boolean NOT NULL,
        mail boolean NOT NULL,
        CONSTRAINT alert_preferences_pkey PRIMARY KEY (user_id, kind)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE alert_preferences, alert_reads, alerts;');
  }
}
