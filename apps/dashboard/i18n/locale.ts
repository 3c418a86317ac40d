const LOCALES = ['en', 'ar'] as const;
export type Locale = (typeof LOCALES)[number];

export const LOCALE_COOKIE = 'locale';

/** What each language calls itself: the switch names the other one in its own words. */
export const LANGUAGE_NAMES: Record<Locale, string> = { en: 'English', ar: 'العربية' };

/** Dates read "4 December". Arabic keeps Latin digits: figures are copied into code, CSV and mails. */
export const FORMAT_LOCALES: Record<Locale, string> = { en: 'en-GB', ar: 'ar-u-nu-latn' };

export function isLocale(value: unknown): value is Locale {
  return LOCALES.some((locale) => locale === value);
}

export function directionOf(locale: Locale): 'ltr' | 'rtl' {
  return locale === 'ar' ? 'rtl' : 'ltr';
}

/** The language to speak: the reader's own choice, else the best match of Accept-Language, else English. */
export function chooseLocale(asked: { cookie: string | undefined; acceptLanguage: string | null }): Locale {
  if (isLocale(asked.cookie)) return asked.cookie;
  return wantedLanguages(asked.acceptLanguage ?? '').find(isLocale) ?? 'en';
}

/** The languages of an Accept-Language header, without their regions, most wanted first (RFC 9110, 12.5.4). */
function wantedLanguages(header: string): string[] {
  return header
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
      const weight = parameters.find((parameter) => parameter.startsWith('q='));
      return {
        language: tag.split('-')[0]?.toLowerCase() ?? '',
        weight: weight ? Number(weight.slice(2)) : 1,
      };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ language }) => language);
}
