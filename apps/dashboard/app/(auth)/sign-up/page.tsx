import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { AuthPage } from '@/components/auth/auth-page';
import { SignUpForm } from '@/components/auth/sign-up-form';
import { requestLocale } from '@/i18n/request';
import { readMe } from '@/lib/api/session';
import { FIRST_PAGE } from '@/lib/next-path';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('auth');
  return { title: t('createAccount') };
}

export default async function SignUpPage() {
  const t = await getTranslations('auth');
  if ((await readMe()).ok) redirect(FIRST_PAGE);
  return (
    <AuthPage title={t('createAccount')} lead={t('welcome')}>
      <SignUpForm locale={await requestLocale()} />
      <p className="text-muted text-sm">
        {t('haveAccount')} <Link href="/sign-in">{t('signIn')}</Link>
      </p>
    </AuthPage>
  );
}
