import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { ConsolePage } from '@/components/console/console-page';
import { RequestRecord } from '@/components/usage/request-record';
import { readRequest } from '@/lib/api/account';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('usage'))('receipt') };
}

export default async function RequestPage({ params }: { params: Promise<{ requestId: string }> }) {
  const t = await getTranslations('usage');
  const { requestId } = await params;
  const id = decodeURIComponent(requestId);
  const request = await readRequest(id);
  if (!request.ok && (request.status === 404 || request.status === 400)) notFound();
  return (
    <ConsolePage
      title={t('receipt')}
      action={
        <Link href="/usage" className="text-accent">
          {t('back')}
        </Link>
      }
    >
      <RequestRecord id={id} />
    </ConsolePage>
  );
}
