import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ModelFilters } from '@/components/model-filters';
import { ModelTable } from '@/components/model-table';
import { PageHeading } from '@/components/page-heading';
import { code } from '@/components/rich';
import { Unreachable } from '@/components/unreachable';
import { readCatalog } from '@/lib/api/public';
import { filterModels, readModelFilter, type SearchParams } from '@/lib/model-filter';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('models');
  return { title: t('title'), description: t('description') };
}

export default async function ModelsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations('models');
  const catalog = await readCatalog();
  const filter = readModelFilter(await searchParams);
  return (
    <>
      <PageHeading title={t('title')} lead={t.rich('lead', { code })} />
      {catalog.ok ? (
        <>
          <ModelFilters models={catalog.value.data} filter={filter} base="/models" />
          <ModelTable
            models={filterModels(catalog.value.data, filter)}
            count={catalog.value.data.length}
            base="/models"
          />
        </>
      ) : (
        <Unreachable answer={catalog} />
      )}
    </>
  );
}
