import { Inject, Injectable } from '@nestjs/common';
import type { Transporter } from 'nodemailer';
import {
  NOTIFICATIONS_SETTINGS,
  type NotificationsSettings,
  type SmtpSettings,
} from '../notifications.settings.js';
import type { MailRow } from './mails.repository.js';

const CONNECT_MS = 10_000;
const SILENCE_MS = 30_000;
const MOST_ERROR = 500;

/** Why a mail was not taken. */
export class MailRefusal extends Error {
  constructor(
    message: string,
    /** The server will not take this mail later either. */
    readonly isFinal: boolean,
  ) {
    super(message);
  }
}

/** Hands mails to the SMTP server of the settings, each over a connection of its own. */
@Injectable()
export class MailTransport {
  private transporter: Transporter | undefined;

  constructor(@Inject(NOTIFICATIONS_SETTINGS) private readonly settings: NotificationsSettings) {}

  /** Resolves once the server has taken the mail. @throws MailRefusal in the server's words */
  async send(mail: MailRow): Promise<void> {
    const { smtp } = this.settings;
    if (!smtp || mail.text_body === null)
      throw new MailRefusal('There is nothing to send, or no server.', true);
    try {
      await (await this.connect(smtp)).sendMail({
        from: smtp.from,
        to: { name: '', address: mail.recipient },
        subject: mail.subject,
        text: mail.text_body,
        html: mail.html_body!,
        messageId: `<${mail.id}@${new URL(this.settings.publicUrl).hostname}>`,
        headers: headersOf(mail),
        disableFileAccess: true,
        disableUrlAccess: true,
      });
    } catch (error) {
      throw refusalOf(error as SmtpError);
    }
  }

  private async connect({ url, silenceMs = SILENCE_MS }: SmtpSettings): Promise<Transporter> {
    // Loaded with the first mail: most processes start faster than they need it.
    const { createTransport } = await import('nodemailer');
    this.transporter ??= createTransport({
      url,
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      socketTimeout: silenceMs,
    } as Parameters<typeof createTransport>[0]);
    return this.transporter!;
  }
}

function headersOf(mail: MailRow): Record<string, string> {
  return {
    'Auto-Submitted': 'auto-generated',
    'Content-Language': mail.locale,
    ...(mail.unsubscribe_url
      ? {
          'List-Unsubscribe': `<${mail.unsubscribe_url}>`,
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        }
      : {}),
  };
}

interface SmtpError extends Error {
  code?: string;
  responseCode?: number;
  response?: string;
}

/** A 5xx to the envelope or the message is final; one to the greeting or our password is the operator's to mend. */
function refusalOf(error: SmtpError): MailRefusal {
  const isAboutMail = error.code === 'EENVELOPE' || error.code === 'EMESSAGE';
  const isFinal = isAboutMail && (error.responseCode === undefined || error.responseCode >= 500);
  return new MailRefusal((error.response ?? error.message).slice(0, MOST_ERROR), isFinal);
}
