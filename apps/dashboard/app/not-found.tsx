import type { Metadata } from 'next';
import { useTranslations } from 'next-intl';
import { getTranslations } from 'next-intl/server';
import { PublicShell } from '@/components/public-shell';
import { StateMessage } from '@/components/state-message';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('states');
  return { title: t('notFound') };
}

export default function NotFound() {
  const t = useTranslations('states');
  return (
    <PublicShell>
      <StateMessage title={t('notFound')} text={t('notFoundText')}>
        <a href="/">{t('home')}</a>
      </StateMessage>
    </PublicShell>
  );
}
