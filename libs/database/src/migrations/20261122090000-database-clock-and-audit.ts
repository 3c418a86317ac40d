import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DatabaseClockAndAudit20261122090000 implements MigrationInterface {
  name = 'DatabaseClockAndAudit20261122090000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- One row; only test set-up writes it, and production refuses to start when it is not zero.
      CREATE TABLE app_clock (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        offset_interval interval NOT NULL DEFAULT '0'
      );
      INSERT INTO app_clock DEFAULT VALUES;

      CREATE FUNCTION app_now() RETURNS timestamptz
        LANGUAGE sql STABLE
        RETURN now() + (SELECT offset_interval FROM app_clock);

      CREATE TABLE audit_log (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT now(),
        actor_kind text NOT NULL CHECK (actor_kind IN ('user', 'command_line', 'system')),
        actor_id text NOT NULL,
        action text NOT NULL,
        subject text NOT NULL,
        reason text,
        detail jsonb NOT NULL DEFAULT '{}'
      );
      CREATE INDEX audit_log_subject ON audit_log (subject, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit_log; DROP FUNCTION app_now(); DROP TABLE app_clock;');
  }
}
