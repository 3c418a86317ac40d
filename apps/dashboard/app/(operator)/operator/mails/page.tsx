import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ConsolePage } from '@/components/console/console-page';
import { MailFilters } from '@/components/operator/mail-filters';
import { MailTable } from '@/components/operator/mail-table';
import { Unreachable } from '@/components/unreachable';
import { readMails } from '@/lib/api/mails';
import { chosenOf, readMailFilter } from '@/lib/mail-filter';
import type { SearchParams } from '@/lib/model-filter';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('mails'))('title') };
}

export default async function MailsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations('mails');
  const filter = readMailFilter(await searchParams);
  const mails = await readMails(chosenOf(filter));
  return (
    <ConsolePage
      title={t('title')}
      filters={mails.ok && <MailFilters filter={filter} kinds={mails.value.kinds} />}
    >
      {mails.ok && !mails.value.isSending && <p className="max-w-prose pb-4 text-muted">{t('notSending')}</p>}
      {mails.ok ? <MailTable mails={mails.value} filter={filter} /> : <Unreachable answer={mails} />}
    </ConsolePage>
  );
}
