import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { Errors, Headers, Limits } from '@/components/api-docs/answers';
import { Contents } from '@/components/api-docs/contents';
import { Address, Chat, Endpoints, Others, Programs, Streaming } from '@/components/api-docs/endpoints';
import { PageHeading } from '@/components/page-heading';
import { readBaseUrl } from '@/lib/api/public';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('apiDocs');
  return { title: t('title'), description: t('description') };
}

export default async function ApiReferencePage() {
  const t = await getTranslations('apiDocs');
  const baseUrl = await readBaseUrl();
  return (
    <>
      <PageHeading title={t('title')} lead={t('lead')} />
      <Contents />
      <Address baseUrl={baseUrl} />
      <Endpoints />
      <Chat baseUrl={baseUrl} />
      <Streaming baseUrl={baseUrl} />
      <Others />
      <Programs baseUrl={baseUrl} />
      <Headers />
      <Limits />
      <Errors />
    </>
  );
}
