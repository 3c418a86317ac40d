import type { Metadata } from 'next';
import Link from 'next/link';
import { getTranslations } from 'next-intl/server';
import { AuthPage } from '@/components/auth/auth-page';
import { ResetForm } from '@/components/auth/reset-form';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('auth');
  // The address holds the token, which no other site may be told.
  return { title: t('resetTitle'), referrer: 'no-referrer' };
}

export default async function ResetPasswordPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const t = await getTranslations('auth');
  const { token } = await searchParams;
  if (typeof token !== 'string') {
    return (
      <AuthPage title={t('linkOver')} lead={t('resetOver')}>
        <p>
          <Link href="/forgot-password">{t('sendLink')}</Link>
        </p>
      </AuthPage>
    );
  }
  return (
    <AuthPage title={t('resetTitle')}>
      <ResetForm token={token} />
    </AuthPage>
  );
}
