import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { AuthPage } from '@/components/auth/auth-page';
import { SignInForm } from '@/components/auth/sign-in-form';
import { readMe } from '@/lib/api/session';
import { nextPath } from '@/lib/next-path';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('auth');
  return { title: t('signIn') };
}

export default async function SignInPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const t = await getTranslations('auth');
  const next = nextPath((await searchParams).next);
  if ((await readMe()).ok) redirect(next);
  return (
    <AuthPage title={t('signIn')}>
      <SignInForm next={next} />
      <p className="text-muted text-sm">
        {t('noAccount')} <Link href={`/sign-up?next=${encodeURIComponent(next)}`}>{t('createAccount')}</Link>
      </p>
    </AuthPage>
  );
}
