import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { AbortedStreams } from '@/components/landing/aborted-streams';
import { BenchFigures } from '@/components/landing/bench-figures';
import { CalculatorSection } from '@/components/landing/calculator-section';
import { LiveCatalog } from '@/components/landing/live-catalog';
import { Notice } from '@/components/landing/notice';
import { Opening } from '@/components/landing/opening';
import { readCatalog } from '@/lib/api/public';
import type { SearchParams } from '@/lib/model-filter';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('landing');
  return { title: t('title'), description: t('description') };
}

export default async function LandingPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const catalog = await readCatalog();
  return (
    <>
      <Opening models={catalog.ok ? catalog.value.data : []} />
      <LiveCatalog catalog={catalog} />
      {catalog.ok && <CalculatorSection catalog={catalog.value} asked={await searchParams} />}
      <Notice />
      <AbortedStreams />
      <BenchFigures />
    </>
  );
}
