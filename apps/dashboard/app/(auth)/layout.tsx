import { NextIntlClientProvider } from 'next-intl';
import { getMessages } from 'next-intl/server';
import type { ReactNode } from 'react';
import { EvaluationProvider } from '@/components/auth/evaluation';
import { PublicShell } from '@/components/public-shell';
import { readService } from '@/lib/api/public';

export default async function AuthLayout({ children }: { children: ReactNode }) {
  const { auth, failure, states, invitation, team } = await getMessages();
  const service = await readService();
  return (
    <NextIntlClientProvider messages={{ auth, failure, states, invitation, team }}>
      <EvaluationProvider value={service.ok && service.value.mode === 'evaluation'}>
        <PublicShell>{children}</PublicShell>
      </EvaluationProvider>
    </NextIntlClientProvider>
  );
}
