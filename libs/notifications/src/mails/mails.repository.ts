import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL, type Tx } from '#database';

export const MAIL_STATES = ['queued', 'sent', 'failed', 'logged'] as const;
export type MailState = (typeof MAIL_STATES)[number];

export interface MailRow {
  id: string;
  recipient: string;
  kind: string;
  locale: 'en' | 'ar';
  subject: string;
  text_body: string | null;
  html_body: string | null;
  unsubscribe_url: string | null;
  is_secret: boolean;
  state: MailState;
  attempts: number;
  last_error: string | null;
  created_at: Date;
  sent_at: Date | null;
}

const COLUMNS =
  'id, recipient, kind, locale, subject, text_body, html_body, unsubscribe_url, is_secret, state, attempts, last_error, created_at, sent_at';
/** Longer than one renewal by far, and what a mail waits whose process was killed. */
const CLAIM_SECONDS = 120;

/** The rows of the mail log. */
@Injectable()
export class MailsRepository {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /** False: a mail with this `dedupeKey` was written before. */
  async insert(
    tx: Tx,
    mail: {
      userUuid: string | null;
      recipient: string;
      kind: string;
      locale: string;
      subject: string;
      text: string;
      html: string;
      unsubscribeUrl: string | null;
      isSecret: boolean;
      state: 'queued' | 'logged';
      dedupeKey: string | null;
      mentions: string | null;
    },
  ): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO mails (user_id, recipient, kind, locale, subject, text_body, html_body, unsubscribe_url, is_secret, state, dedupe_key,
         mentions_user_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (dedupe_key) DO NOTHING RETURNING id`,
      [
        mail.userUuid,
        mail.recipient,
        mail.kind,
        mail.locale,
        mail.subject,
        mail.text,
        mail.html,
        mail.unsubscribeUrl,
        mail.isSecret,
        mail.state,
        mail.dedupeKey,
        mail.mentions,
      ],
    );
    return rows.length === 1;
  }

  /** Takes mails that are due. Nobody else takes them while the claim lasts. */
  async claim(limit: number): Promise<MailRow[]> {
    const { rows } = await this.pool.query<MailRow>(
      `UPDATE mails SET attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $2)
       WHERE id IN (SELECT id FROM mails WHERE state = 'queued' AND next_attempt_at <= now()
         ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING ${COLUMNS}`,
      [limit, CLAIM_SECONDS],
    );
    return rows;
  }

  /** A process that still sends keeps its claim. */
  async renew(ids: string[]): Promise<void> {
    await this.pool.query(
      `UPDATE mails SET next_attempt_at = now() + make_interval(secs => $2) WHERE id = ANY($1) AND state = 'queued'`,
      [ids, CLAIM_SECONDS],
    );
  }

  async markSent(id: string): Promise<void> {
    await this.pool.query(
      `UPDATE mails SET state = 'sent', sent_at = app_now(), last_error = NULL WHERE id = $1`,
      [id],
    );
  }

  /** `retrySeconds` null: this was the last attempt. */
  async markFailed(
    id: string,
    { error, retrySeconds }: { error: string; retrySeconds: number | null },
  ): Promise<void> {
    await this.pool.query(
      `UPDATE mails SET last_error = $2, state = CASE WHEN $3::float8 IS NULL THEN 'failed' ELSE state END,
         next_attempt_at = now() + make_interval(secs => coalesce($3::float8, 0))
       WHERE id = $1 AND state = 'queued'`,
      [id, error, retrySeconds],
    );
  }

  /** From the start, with all its attempts. False: it is not one that failed, or its body is gone. */
  async requeue(tx: Tx, id: string): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE mails SET state = 'queued', attempts = 0, next_attempt_at = now()
       WHERE id = $1 AND state = 'failed' AND text_body IS NOT NULL RETURNING id`,
      [id],
    );
    return rows.length === 1;
  }

  /** Bodies whose links no longer open anything; the line itself stays. */
  async eraseSecrets(olderThanHours: number): Promise<void> {
    await this.pool.query(
      `UPDATE mails SET text_body = NULL, html_body = NULL,
         state = CASE WHEN state = 'queued' THEN 'failed' ELSE state END
       WHERE is_secret AND text_body IS NOT NULL AND created_at < app_now() - make_interval(hours => $1)`,
      [olderThanHours],
    );
  }

  /** Of mails to a person, and of those that name them, the line stays: no address, no word. None is sent any more. */
  async forget(tx: Tx, { email, userUuid }: { email: string; userUuid: string }): Promise<void> {
    await tx.query(
      `UPDATE mails SET subject = 'Erased', text_body = NULL, html_body = NULL, unsubscribe_url = NULL,
         last_error = NULL, mentions_user_id = NULL, state = CASE WHEN state = 'queued' THEN 'failed' ELSE state END,
         recipient = CASE WHEN user_id = $1 OR recipient = $2 THEN 'deleted-' || $1 || '@deleted.invalid' ELSE recipient END
       WHERE user_id = $1 OR recipient = $2 OR mentions_user_id = $1`,
      [userUuid, email],
    );
  }

  async find(id: string): Promise<MailRow | null> {
    const { rows } = await this.pool.query<MailRow>(`SELECT ${COLUMNS} FROM mails WHERE id = $1`, [id]);
    return rows[0] ?? null;
  }

  /** Newest first; `before` is the id of the last one seen. */
  async list(filter: {
    to: string | null;
    toBegins: string | null;
    kind: string | null;
    state: string | null;
    before: string | null;
    limit: number;
  }): Promise<MailRow[]> {
    const { rows } = await this.pool.query<MailRow>(
      `SELECT ${COLUMNS.replace('text_body, html_body', 'NULL AS text_body, NULL AS html_body')} FROM mails
       WHERE ($1::text IS NULL OR recipient = $1) AND ($6::text IS NULL OR starts_with(recipient, $6)) AND ($2::text IS NULL OR kind = $2)
         AND ($3::text IS NULL OR state = $3) AND ($4::uuid IS NULL OR id < $4)
       ORDER BY id DESC LIMIT $5`,
      [filter.to, filter.kind, filter.state, filter.before, filter.limit, filter.toBegins],
    );
    return rows;
  }
}
