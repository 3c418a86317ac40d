import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ConsolePage } from '@/components/console/console-page';
import { ModelFilters } from '@/components/model-filters';
import { ModelTable } from '@/components/model-table';
import { Unreachable } from '@/components/unreachable';
import { readCatalog } from '@/lib/api/public';
import { filterModels, readModelFilter, type SearchParams } from '@/lib/model-filter';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('models'))('title') };
}

export default async function CatalogPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations('models');
  const catalog = await readCatalog();
  const filter = readModelFilter(await searchParams);
  return (
    <ConsolePage
      title={t('title')}
      filters={catalog.ok && <ModelFilters models={catalog.value.data} filter={filter} base="/catalog" />}
    >
      {catalog.ok ? (
        <ModelTable
          models={filterModels(catalog.value.data, filter)}
          count={catalog.value.data.length}
          base="/catalog"
        />
      ) : (
        <Unreachable answer={catalog} />
      )}
    </ConsolePage>
  );
}
