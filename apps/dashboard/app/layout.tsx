import './globals.css';
import { GeistMono } from 'geist/font/mono';
import { GeistSans } from 'geist/font/sans';
import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import { NextIntlClientProvider } from 'next-intl';
import { getMessages } from 'next-intl/server';
import type { ReactNode } from 'react';
import { directionOf } from '@/i18n/locale';
import { requestLocale } from '@/i18n/request';
import { readBrandName } from '@/lib/api/public';
import { isTheme, THEME_COOKIE } from '@/lib/theme';

export async function generateMetadata(): Promise<Metadata> {
  const brandName = await readBrandName();
  return {
    title: { default: brandName, template: `%s · ${brandName}` },
    // The language switch reads the page to return to from the referrer; other sites are told nothing.
    referrer: 'same-origin',
  };
}

export const viewport: Viewport = { colorScheme: 'light dark' };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const locale = await requestLocale();
  const theme = (await cookies()).get(THEME_COOKIE)?.value;
  const { calculator, money, catalog, quickStart, states } = await getMessages();
  return (
    <html
      lang={locale}
      dir={directionOf(locale)}
      data-theme={isTheme(theme) ? theme : 'system'}
      className={`${GeistSans.variable} ${GeistMono.variable}`}
    >
      <body>
        <NextIntlClientProvider messages={{ calculator, money, catalog, quickStart, states }}>
          {children}
        </NextIntlClientProvider>
      </body>
    </html>
  );
}
