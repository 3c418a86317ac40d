import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locale } from '../i18n/locale';

export type Messages = { [key: string]: string | Messages };

export function readMessages(locale: Locale): Messages {
  return JSON.parse(readFileSync(join(import.meta.dirname, '..', 'messages', `${locale}.json`), 'utf8'));
}

/** What a page says in a language: `words('ar')('keys.create')`. Throws where it has no such message. */
export function words(locale: Locale) {
  const messages = readMessages(locale);
  return (path: string, values: Record<string, string> = {}): string => {
    const message = path
      .split('.')
      .reduce<Messages | string | undefined>(
        (inner, key) => (typeof inner === 'object' ? inner[key] : undefined),
        messages,
      );
    if (typeof message !== 'string') throw new Error(`${locale}: no message ${path}`);
    return Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), message);
  };
}
