import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { RequestRecord } from '@/components/usage/request-record';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('usage'))('receipt') };
}

/** A row's receipt over the list. The same address, opened by itself, is a whole page. */
export default async function RequestSheetPage({ params }: { params: Promise<{ requestId: string }> }) {
  return <RequestRecord id={decodeURIComponent((await params).requestId)} />;
}
