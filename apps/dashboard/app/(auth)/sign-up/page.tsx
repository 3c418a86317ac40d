import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { AuthPage } from '@/components/auth/auth-page';
import { SignUpForm } from '@/components/auth/sign-up-form';
import { Welcome } from '@/components/auth/welcome';
import { requestLocale } from '@/i18n/request';
import { readService } from '@/lib/api/public';
import { readMe } from '@/lib/api/session';
import { nextPath } from '@/lib/next-path';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('auth');
  return { title: t('createAccount') };
}

export default async function SignUpPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const t = await getTranslations('auth');
  const next = nextPath((await searchParams).next);
  if ((await readMe()).ok) redirect(next);
  const service = await readService();
  const signup = service.ok ? service.value.signup : 'open';
  return (
    <AuthPage title={t('createAccount')} lead={service.ok && <Welcome of={service.value.welcome} />}>
      {signup === 'invite' && <p>{t('byInvitation')}</p>}
      {signup === 'closed' ? <p>{t('closed')}</p> : <SignUpForm locale={await requestLocale()} />}
      <p className="text-muted text-sm">
        {t('haveAccount')} <Link href={`/sign-in?next=${encodeURIComponent(next)}`}>{t('signIn')}</Link>
      </p>
    </AuthPage>
  );
}
