import { cookies } from 'next/headers';
import { isLocale, LOCALE_COOKIE } from '@/i18n/locale';
import { returnPath } from '@/lib/return-path';
import { isTheme, THEME_COOKIE } from '@/lib/theme';

const ONE_YEAR_SECONDS = 365 * 24 * 60 * 60;

/** Keeps the language or the theme somebody chose, then shows the page they chose it on. Works without script. */
export async function POST(request: Request): Promise<Response> {
  const form = await request.formData().catch(() => new FormData());
  const jar = await cookies();
  const options = {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: request.headers.get('x-forwarded-proto') === 'https',
    maxAge: ONE_YEAR_SECONDS,
  } as const;
  const locale = form.get('locale');
  if (isLocale(locale)) jar.set(LOCALE_COOKIE, locale, options);
  const theme = form.get('theme');
  if (isTheme(theme)) jar.set(THEME_COOKIE, theme, options);
  return new Response(null, {
    status: 303,
    headers: { location: returnPath(request.headers.get('referer')) },
  });
}
