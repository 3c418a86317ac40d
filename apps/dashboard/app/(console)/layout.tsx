import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { NextIntlClientProvider } from 'next-intl';
import { getMessages } from 'next-intl/server';
import type { ReactNode } from 'react';
import { ConsoleShell } from '@/components/console/console-shell';
import { ReadingDirection } from '@/components/console/direction';
import { PublicShell } from '@/components/public-shell';
import { Unreachable } from '@/components/unreachable';
import { directionOf } from '@/i18n/locale';
import { requestLocale } from '@/i18n/request';
import { readMe } from '@/lib/api/session';

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const me = await readMe();
  if (!me.ok && me.status === 401) redirect(`/sign-in?next=${encodeURIComponent(await pagePath())}`);
  if (!me.ok) {
    return (
      <PublicShell>
        <div className="py-12">
          <Unreachable answer={me} />
        </div>
      </PublicShell>
    );
  }
  const { console, money, states, quickStart, keys, failure } = await getMessages();
  return (
    <NextIntlClientProvider messages={{ console, money, states, quickStart, keys, failure }}>
      <ReadingDirection dir={directionOf(await requestLocale())}>
        <ConsoleShell me={me.value}>{children}</ConsoleShell>
      </ReadingDirection>
    </NextIntlClientProvider>
  );
}

/** The page that was asked for, as the front door wrote it down; Next's own parameters left out. */
async function pagePath(): Promise<string> {
  const url = new URL((await headers()).get('x-page-path') ?? '/', 'http://this.site');
  url.searchParams.delete('_rsc');
  return `${url.pathname}${url.search}`;
}
