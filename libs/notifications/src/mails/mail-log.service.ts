import { Inject, Injectable } from '@nestjs/common';
import { DomainError, idFromUuid, idToUuid, type MailId } from '#common';
import { type Actor, AuditLog, type Tx } from '#database';
import { NOTIFICATIONS_SETTINGS, type NotificationsSettings } from '../notifications.settings.js';
import { type MailFacts, type MailKind, type MailLocale, SECRET_KINDS } from './mail-kinds.js';
import { writeMail } from './mail-writer.js';
import { type MailRow, type MailState, MailsRepository } from './mails.repository.js';

/** One line of the mail log. */
export interface LoggedMail {
  id: MailId;
  at: Date;
  to: string;
  kind: string;
  locale: MailLocale;
  state: MailState;
  attempts: number;
  /** In the server's words. */
  lastError: string | null;
  sentAt: Date | null;
  subject: string;
}

export interface LoggedMailWithBody extends LoggedMail {
  /** Null: erased, or not for who asks. */
  text: string | null;
  html: string | null;
  /** Why there is no body: a link in it is its addressee's alone, or was erased. */
  withheld: 'secret' | 'erased' | null;
}

/** Every mail there is: written here with the fact that it tells of, sent from here by the job. */
@Injectable()
export class MailLogService {
  constructor(
    private readonly repository: MailsRepository,
    private readonly audit: AuditLog,
    @Inject(NOTIFICATIONS_SETTINGS) private readonly settings: NotificationsSettings,
  ) {}

  /** Writes a mail to one person; it is sent once `tx` has committed. False: `dedupeKey` says that it was written. */
  write<K extends MailKind>(
    tx: Tx,
    mail: {
      kind: K;
      facts: MailFacts[K];
      to: string;
      userUuid: string | null;
      locale: MailLocale;
      unsubscribeUrl?: string | null;
      dedupeKey?: string;
      /** Whose name is in it, other than its reader's. */
      mentions?: string | null;
    },
  ): Promise<boolean> {
    const unsubscribeUrl = mail.unsubscribeUrl ?? null;
    const written = writeMail(mail.kind, mail.facts, {
      locale: mail.locale,
      settings: this.settings,
      unsubscribeUrl,
    });
    return this.repository.insert(tx, {
      ...written,
      userUuid: mail.userUuid,
      recipient: mail.to,
      kind: mail.kind,
      locale: mail.locale,
      unsubscribeUrl,
      isSecret: SECRET_KINDS.has(mail.kind),
      state: this.settings.smtp ? 'queued' : 'logged',
      dedupeKey: mail.dedupeKey ?? null,
      mentions: mail.mentions ?? null,
    });
  }

  /** Newest first; `next` is where the next page begins. */
  async list(filter: {
    to?: string | undefined;
    /** How the address begins. */
    toBegins?: string | undefined;
    kind?: string | undefined;
    state?: string | undefined;
    before?: MailId | undefined;
    limit: number;
  }): Promise<{ mails: LoggedMail[]; next: MailId | null }> {
    const rows = await this.repository.list({
      to: filter.to?.trim().toLowerCase() || null,
      toBegins: filter.toBegins?.trim().toLowerCase() || null,
      kind: filter.kind || null,
      state: filter.state || null,
      before: filter.before ? idToUuid(filter.before) : null,
      limit: filter.limit + 1,
    });
    const mails = rows.slice(0, filter.limit).map(lineOf);
    return { mails, next: rows.length > filter.limit ? mails.at(-1)!.id : null };
  }

  /**
   * With `withSecrets` false, what only the addressee may read (a link that signs in) is left out.
   * @throws DomainError `not_found`
   */
  async show(id: MailId, { withSecrets }: { withSecrets: boolean }): Promise<LoggedMailWithBody> {
    const row = await this.repository.find(idToUuid(id));
    if (!row) throw mailNotFound();
    const isShown = withSecrets || !row.is_secret;
    return {
      ...lineOf(row),
      text: isShown ? row.text_body : null,
      html: isShown ? row.html_body : null,
      withheld: row.text_body === null ? 'erased' : isShown ? null : 'secret',
    };
  }

  /** Whether mails leave this service; else they stay in the log. */
  get isSending(): boolean {
    return this.settings.smtp !== undefined;
  }

  /**
   * Sends again what has failed for good.
   * @throws DomainError `not_found`; `invalid_value` for a mail that did not fail, or whose body was erased
   */
  async retry(tx: Tx, actor: Actor, id: MailId): Promise<void> {
    if (!this.settings.smtp) {
      throw new DomainError('invalid_value', 'No mail server is set: mails stay in the log.');
    }
    if (!(await this.repository.find(idToUuid(id)))) throw mailNotFound();
    if (!(await this.repository.requeue(tx, idToUuid(id)))) {
      throw new DomainError(
        'invalid_value',
        'Only a mail that has failed and still has a body is sent again.',
      );
    }
    await this.audit.write(tx, { actor, action: 'mail.retry', subject: id });
  }
}

const mailNotFound = () => new DomainError('not_found', 'There is no such mail.');

function lineOf(row: MailRow): LoggedMail {
  return {
    id: idFromUuid('mail', row.id),
    at: row.created_at,
    to: row.recipient,
    kind: row.kind,
    locale: row.locale,
    state: row.state,
    attempts: row.attempts,
    lastError: row.last_error,
    sentAt: row.sent_at,
    subject: row.subject,
  };
}
