/** The languages that mails are written in. */
export type MailLocale = 'en' | 'ar';

/** What each mail tells. Names come from people and may hold anything; what writes a mail makes them harmless. */
export interface MailFacts {
  verification: { name: string; url: string };
  password_reset: { name: string; url: string };
  address_change: { name: string; url: string };
  invitation: { accountName: string; inviterName: string; role: string; url: string };
  account_exists: { name: string; url: string };
  address_changed: { name: string; newEmail: string };
  new_sign_in: { name: string; at: Date; ipAddress: string | null; userAgent: string | null };
  password_changed: { name: string; at: Date };
  two_factor_changed: { name: string; at: Date; isEnabled: boolean };
  key_created: { accountName: string; keyName: string; by: string | null };
  key_revoked: { accountName: string; keyName: string; by: string | null };
  member_joined: { accountName: string; memberName: string; role: string };
  low_balance: { accountName: string; credits: number; threshold: number; runsOutAt: Date | null };
  grant_expiring: { accountName: string; credits: number; expiresAt: Date };
}

export type MailKind = keyof MailFacts;

/** What a mail is about, and the order in which a list offers them. */
export const MAIL_KINDS = [
  'verification',
  'password_reset',
  'address_change',
  'invitation',
  'account_exists',
  'address_changed',
  'new_sign_in',
  'password_changed',
  'two_factor_changed',
  'key_created',
  'key_revoked',
  'member_joined',
  'low_balance',
  'grant_expiring',
] as const satisfies readonly MailKind[];

/** Their links sign in or set a password: bodies are for the addressee alone, and are erased once they expired. */
export const SECRET_KINDS: ReadonlySet<MailKind> = new Set([
  'verification',
  'password_reset',
  'address_change',
  'invitation',
]);

/** What is written in a mail, before it has a form. */
export interface MailContent {
  subject: string;
  paragraphs: string[];
  /** The one thing to do. */
  action?: { label: string; url: string };
  /** Below, and quieter. */
  note?: string;
}

/** What texts may ask for besides the facts. */
export interface MailSurroundings {
  brandName: string;
  /** An address on our own site. */
  page(path: string): string;
  date(time: Date): string;
  number(value: number): string;
}

/** Every kind of mail, in one language. */
export type MailTexts = {
  [K in MailKind]: (facts: MailFacts[K], around: MailSurroundings) => MailContent;
};
