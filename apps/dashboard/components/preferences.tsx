import { cookies } from 'next/headers';
import { getTranslations } from 'next-intl/server';
import { LANGUAGE_NAMES, type Locale } from '@/i18n/locale';
import { requestLocale } from '@/i18n/request';
import { isTheme, THEME_COOKIE, THEMES } from '@/lib/theme';
import { buttonStyle } from './ui/button';

/** One button in the language it leads to. A plain form, so it works without script. */
export async function LanguageSwitch() {
  const other: Locale = (await requestLocale()) === 'ar' ? 'en' : 'ar';
  return (
    <form action="/preferences" method="post">
      <button
        type="submit"
        name="locale"
        value={other}
        lang={other}
        className={buttonStyle({ size: 'small' })}
      >
        {LANGUAGE_NAMES[other]}
      </button>
    </form>
  );
}

export async function ThemeChoice() {
  const t = await getTranslations('shell');
  const cookie = (await cookies()).get(THEME_COOKIE)?.value;
  const chosen = isTheme(cookie) ? cookie : 'system';
  return (
    <form action="/preferences" method="post">
      <fieldset className="flex items-center gap-3">
        <legend className="sr-only">{t('theme')}</legend>
        {THEMES.map((theme) => (
          <button
            key={theme}
            type="submit"
            name="theme"
            value={theme}
            aria-pressed={theme === chosen}
            className="cursor-pointer rounded py-1 underline-offset-4 transition-colors hover:text-ink aria-pressed:text-ink aria-pressed:underline"
          >
            {t(`themes.${theme}`)}
          </button>
        ))}
      </fieldset>
    </form>
  );
}
