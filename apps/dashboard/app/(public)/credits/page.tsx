import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { AbortPolicy, Books, BurnOrder, Holds, Price } from '@/components/credit-policy';
import { PageHeading } from '@/components/page-heading';
import { readCatalog } from '@/lib/api/public';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('credits');
  return { title: t('title'), description: t('description') };
}

export default async function CreditsPage() {
  const t = await getTranslations('credits');
  return (
    <>
      <PageHeading title={t('title')} lead={t('lead')} />
      <Price catalog={await readCatalog()} />
      <Holds />
      <BurnOrder />
      <AbortPolicy />
      <Books />
    </>
  );
}
