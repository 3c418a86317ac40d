/** How mails are written and sent. */
export interface NotificationsSettings {
  /** The address people see: every link in a mail begins with it. */
  publicUrl: string;
  brandName: string;
  /** Signs the links that end a kind of mail. */
  authSecret: string;
  /** Whether an operator may read a mail whose link signs somebody in; left out: no. */
  showsSecrets?: boolean;
  /** Undefined: mails stay in the log. */
  smtp: SmtpSettings | undefined;
}

export interface SmtpSettings {
  /** `smtp://user:password@host:587`, or `smtps://`. */
  url: string;
  /** What stands in `From`: an address, or `Name <address>`. */
  from: string;
  /** How long the server may say nothing; 30 s unless set. */
  silenceMs?: number;
}

export const NOTIFICATIONS_SETTINGS = Symbol('NOTIFICATIONS_SETTINGS');
