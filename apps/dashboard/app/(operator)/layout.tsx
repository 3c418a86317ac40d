import { notFound } from 'next/navigation';
import { NextIntlClientProvider } from 'next-intl';
import { getMessages, getTranslations } from 'next-intl/server';
import type { ReactNode } from 'react';
import { ReadingDirection } from '@/components/console/direction';
import { OperatorShell } from '@/components/console/operator-shell';
import { PublicShell } from '@/components/public-shell';
import { StateMessage } from '@/components/state-message';
import { Unreachable } from '@/components/unreachable';
import { directionOf } from '@/i18n/locale';
import { requestLocale } from '@/i18n/request';
import { meOrSignIn } from '@/lib/sign-in-first';

export default async function OperatorLayout({ children }: { children: ReactNode }) {
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
  // To everybody else these pages are no more there than any that do not exist.
  if (!me.value.user.isOperator) notFound();
  const { console, money, states, quickStart, mails, failure, palette } = await getMessages();
  return (
    <NextIntlClientProvider messages={{ console, money, states, quickStart, mails, failure, palette }}>
      <ReadingDirection dir={directionOf(await requestLocale())}>
        <OperatorShell me={me.value}>
          {me.value.user.operatorNeedsTwoFactor ? <TwoFactorFirst /> : children}
        </OperatorShell>
      </ReadingDirection>
    </NextIntlClientProvider>
  );
}

async function TwoFactorFirst() {
  const t = await getTranslations('mails');
  return (
    <StateMessage title={t('needsTwoFactor')} text={t('needsTwoFactorText')}>
      <a href="/settings">{(await getTranslations('console'))('pages.settings')}</a>
    </StateMessage>
  );
}
