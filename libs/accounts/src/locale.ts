/** The languages of the dashboard and of mails. */
export const LOCALES = ['en', 'ar'] as const;
export type Locale = (typeof LOCALES)[number];

/** The language of a user's row, which may be null, as one of ours. */
export function localeOf(text: string | null | undefined): Locale {
  return text === 'ar' ? 'ar' : 'en';
}
