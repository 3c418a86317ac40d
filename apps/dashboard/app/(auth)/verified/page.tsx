import type { Metadata } from 'next';
import Link from 'next/link';
import { getTranslations } from 'next-intl/server';
import { AuthPage } from '@/components/auth/auth-page';
import { Welcome } from '@/components/auth/welcome';
import { buttonStyle } from '@/components/ui/button';
import { readService } from '@/lib/api/public';
import { readMe } from '@/lib/api/session';
import { FIRST_PAGE } from '@/lib/next-path';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('auth');
  return { title: t('verifiedTitle') };
}

/** Where the link of the verification mail ends. Plain links, so it works without script. */
export default async function VerifiedPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const t = await getTranslations('auth');
  const { error, changed } = await searchParams;
  const isOver = error !== undefined;
  // The link proves an address, not who follows it: it signs nobody in.
  const isIn = !isOver && (await readMe()).ok;
  const service = await readService();
  const welcome = service.ok && <Welcome of={service.value.welcome} message="verifiedText" />;
  const text = changed === undefined ? welcome : t('addressChanged');
  return (
    <AuthPage title={isOver ? t('linkOver') : t('verifiedTitle')} lead={isOver ? t('verifyOver') : text}>
      <Link href={isIn ? FIRST_PAGE : '/sign-in'} className={buttonStyle({ look: 'primary' })}>
        {isIn ? t('openConsole') : t('signIn')}
      </Link>
    </AuthPage>
  );
}
