import { cookies, headers } from 'next/headers';
import { getRequestConfig } from 'next-intl/server';
import { chooseLocale, FORMAT_LOCALES, LOCALE_COOKIE, type Locale } from './locale';

/** The language of this request, before it becomes the locale that formats figures. */
export async function requestLocale(): Promise<Locale> {
  return chooseLocale({
    cookie: (await cookies()).get(LOCALE_COOKIE)?.value,
    acceptLanguage: (await headers()).get('accept-language'),
  });
}

export default getRequestConfig(async () => {
  const locale = await requestLocale();
  return {
    locale: FORMAT_LOCALES[locale],
    messages: (await import(`../messages/${locale}.json`)).default,
    timeZone: 'UTC',
  };
});
