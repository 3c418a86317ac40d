import type { SettingsReader } from '#common';
import type { SmtpSettings } from './notifications.settings.js';

/** `SMTP_URL` and `MAIL_FROM`, which only make sense together. */
export function readSmtpSettings(read: SettingsReader): SmtpSettings | undefined {
  const url = read.text('SMTP_URL');
  const from = read.text('MAIL_FROM');
  if (url === undefined) return undefined;
  // Neither value is repeated: the first one carries a password.
  if (!URL.canParse(url) || !['smtp:', 'smtps:'].includes(new URL(url).protocol) || !new URL(url).hostname) {
    read.refuse('SMTP_URL must be an address such as smtp://user:password@host:587');
  }
  if (from === undefined || !/^[^\r\n<>]*<?[^\s<>@]+@[^\s<>@]+>?$/.test(from)) {
    read.refuse('MAIL_FROM must be an address such as "Support <support@example.com>" where SMTP_URL is set');
  }
  return { url, from: from ?? '' };
}
