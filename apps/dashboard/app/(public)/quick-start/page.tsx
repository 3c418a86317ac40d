import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { PageHeading } from '@/components/page-heading';
import { GetKey, ReadCost, Refused, SendRequest } from '@/components/quick-start';
import { readBaseUrl } from '@/lib/api/public';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('quickStart');
  return { title: t('title'), description: t('description') };
}

export default async function QuickStartPage() {
  const t = await getTranslations('quickStart');
  return (
    <>
      <PageHeading title={t('title')} lead={t('lead')} />
      <GetKey />
      <SendRequest baseUrl={await readBaseUrl()} />
      <ReadCost />
      <Refused />
    </>
  );
}
