import type { Metadata } from 'next';
import { NextIntlClientProvider } from 'next-intl';
import { getMessages, getTranslations } from 'next-intl/server';
import { ConsolePage } from '@/components/console/console-page';
import { Playground } from '@/components/playground/playground';
import { Unreachable } from '@/components/unreachable';
import { readCatalog } from '@/lib/api/public';
import { byPriceThenName, first, type SearchParams } from '@/lib/model-filter';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('playground'))('title') };
}

export default async function PlaygroundPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations('playground');
  const [catalog, asked] = await Promise.all([readCatalog(), searchParams]);
  const { playground, money } = await getMessages();
  const models = catalog.ok
    ? catalog.value.data
        .filter(({ category }) => category !== 'embedding')
        .toSorted(byPriceThenName)
        .map(({ id, multiplier }) => ({ id, multiplier }))
    : [];
  const wanted = models.find(({ id }) => id === first(asked.model)) ?? models[0];
  return (
    <ConsolePage title={t('title')}>
      {!catalog.ok && <Unreachable answer={catalog} />}
      {catalog.ok && !wanted && <p className="text-muted">{t('noModel')}</p>}
      {wanted && (
        <NextIntlClientProvider messages={{ playground, money }}>
          <Playground models={models} first={wanted.id} />
        </NextIntlClientProvider>
      )}
    </ConsolePage>
  );
}
