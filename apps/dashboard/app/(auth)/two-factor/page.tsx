import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { AuthPage } from '@/components/auth/auth-page';
import { SecondFactorForm } from '@/components/auth/second-factor-form';
import { readMe } from '@/lib/api/session';
import { nextPath } from '@/lib/next-path';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('auth'))('secondStep') };
}

/** The second step of signing in: an address of its own, so that it outlives a reload. */
export default async function TwoFactorPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const t = await getTranslations('auth');
  const next = nextPath((await searchParams).next);
  if ((await readMe()).ok) redirect(next);
  return (
    <AuthPage title={t('secondStep')} lead={t('secondStepText')}>
      <SecondFactorForm next={next} />
      <p className="text-muted text-sm">
        <Link href={`/sign-in?next=${encodeURIComponent(next)}`}>{t('startOver')}</Link>
      </p>
    </AuthPage>
  );
}
