import type { NotificationsSettings } from '../notifications.settings.js';
import type { MailContent, MailFacts, MailKind, MailLocale, MailSurroundings } from './mail-kinds.js';
import { htmlOf, textOf } from './mail-layout.js';
import { ENGLISH } from './mail-texts.js';
import { ARABIC } from './mail-texts-arabic.js';

export interface WrittenMail {
  subject: string;
  html: string;
  text: string;
}

const MOST_NAME = 120;
/** Western digits in both languages, as on every screen. */
const NUMBERS: Record<MailLocale, string> = { en: 'en-GB', ar: 'ar-u-nu-latn' };

/** Writes one mail in one language. */
export function writeMail<K extends MailKind>(
  kind: K,
  facts: MailFacts[K],
  options: {
    locale: MailLocale;
    settings: Pick<NotificationsSettings, 'brandName' | 'publicUrl'>;
    unsubscribeUrl: string | null;
  },
): WrittenMail {
  const { locale, settings, unsubscribeUrl } = options;
  const texts = locale === 'ar' ? ARABIC : ENGLISH;
  const content = (texts[kind] as (facts: MailFacts[K], around: MailSurroundings) => MailContent)(
    withPlainNames(facts),
    surroundings(locale, settings),
  );
  const form = { locale, ...settings, unsubscribeUrl };
  return { subject: content.subject, html: htmlOf(content, form), text: textOf(content, form) };
}

function surroundings(
  locale: MailLocale,
  { brandName, publicUrl }: Pick<NotificationsSettings, 'brandName' | 'publicUrl'>,
): MailSurroundings {
  const date = new Intl.DateTimeFormat(NUMBERS[locale], {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: 'UTC',
    timeZoneName: 'short',
  });
  const number = new Intl.NumberFormat(NUMBERS[locale], { maximumFractionDigits: 3 });
  return {
    brandName,
    page: (path) => `${publicUrl}${path}`,
    date: (time) => date.format(time),
    number: (value) => number.format(value),
  };
}

/**
 * Names as one short line: no control character that could begin a header or a line of its own, none that turns the
 * direction of what follows, and no address that a mail program would make a link of. Links are ours, and are left alone.
 */
function withPlainNames<F extends object>(facts: F): F {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      typeof value === 'string' && name !== 'url' ? plainName(value) : value,
    ]),
  ) as F;
}

function plainName(text: string): string {
  const plain = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replace(/:\/\/|\bwww\./gi, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return [...plain].length > MOST_NAME ? `${[...plain].slice(0, MOST_NAME).join('')}…` : plain;
}
