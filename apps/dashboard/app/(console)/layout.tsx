import { NextIntlClientProvider } from 'next-intl';
import { getMessages } from 'next-intl/server';
import type { ReactNode } from 'react';
import { ConsoleShell } from '@/components/console/console-shell';
import { ReadingDirection } from '@/components/console/direction';
import { PublicShell } from '@/components/public-shell';
import { Unreachable } from '@/components/unreachable';
import { directionOf } from '@/i18n/locale';
import { requestLocale } from '@/i18n/request';
import { meOrSignIn } from '@/lib/sign-in-first';

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const me = await meOrSignIn();
  if (!me.ok) {
    return (
      <PublicShell>
        <div className="py-12">
          <Unreachable answer={me} />
        </div>
      </PublicShell>
    );
  }
  const { console, money, states, quickStart, keys, failure, palette, accounts, team, settings, auth } =
    await getMessages();
  const messages = {
    console,
    money,
    states,
    quickStart,
    keys,
    failure,
    palette,
    accounts,
    team,
    settings,
    auth,
  };
  return (
    <NextIntlClientProvider messages={messages}>
      <ReadingDirection dir={directionOf(await requestLocale())}>
        <ConsoleShell me={me.value}>{children}</ConsoleShell>
      </ReadingDirection>
    </NextIntlClientProvider>
  );
}
