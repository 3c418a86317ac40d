import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The mail log, which is also the queue that mails are sent from. */
export class NotificationsMails20261125123000 implements MigrationInterface {
  name = 'NotificationsMails20261125123000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE mails (
        id uuid CONSTRAINT mails_pkey PRIMARY KEY DEFAULT uuidv7(),
        -- Null: somebody without a user, such as an invited person; or one who has left.
        user_id uuid CONSTRAINT mails_user_id_fkey REFERENCES users ON DELETE SET NULL,
        recipient text NOT NULL,
        kind text NOT NULL,
        locale text NOT NULL CONSTRAINT mails_locale_check CHECK (locale IN ('en', 'ar')),
        subject text NOT NULL,
        text_body text,
        html_body text,
        unsubscribe_url text,
        is_secret boolean NOT NULL,
        state text NOT NULL CONSTRAINT mails_state_check CHECK (state IN ('queued', 'sent', 'failed', 'logged')),
        attempts int NOT NULL DEFAULT 0,
        next_attempt_at timestamptz NOT NULL DEFAULT now(),
        last_error text,
        dedupe_key text CONSTRAINT mails_dedupe_key_key UNIQUE,
        created_at timestamptz NOT NULL DEFAULT app_now(),
        sent_at timestamptz,
        CONSTRAINT mails_bodies_check CHECK ((text_body IS NULL) = (html_body IS NULL))
      );
      COMMENT ON COLUMN mails.is_secret IS 'its body carries a link that signs in or sets a password';
      COMMENT ON COLUMN mails.text_body IS 'null: erased, because what it opened has expired';
      COMMENT ON COLUMN mails.next_attempt_at IS 'while a process sends it: until when nobody else may';
      CREATE INDEX mails_due ON mails (next_attempt_at) WHERE state = 'queued';
      CREATE INDEX mails_recipient ON mails (recipient, id);
      CREATE INDEX mails_user_id ON mails (user_id);
      CREATE INDEX mails_secret ON mails (created_at) WHERE is_secret AND text_body IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE mails;');
  }
}
