import type { Metadata } from 'next';
import { NextIntlClientProvider } from 'next-intl';
import { getMessages, getTranslations } from 'next-intl/server';
import { ConsolePage } from '@/components/console/console-page';
import { Unreachable } from '@/components/unreachable';
import { CsvExport } from '@/components/usage/csv-export';
import { RequestTable } from '@/components/usage/request-table';
import { UsageFilters } from '@/components/usage/usage-filters';
import { UsageSums } from '@/components/usage/usage-sums';
import { readRequests, readUsage } from '@/lib/api/account';
import { readKeyNames } from '@/lib/api/keys';
import type { SearchParams } from '@/lib/model-filter';
import { readUsageFilter, usageQuery } from '@/lib/usage-filter';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('usage'))('title') };
}

export default async function UsagePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations('usage');
  const filter = readUsageFilter(await searchParams);
  const query = usageQuery(filter, Date.now());
  const { from, to } = query;
  const isNarrowed = Boolean(filter.model || filter.key || filter.outcome);
  const [usage, requests, all, keyNames] = await Promise.all([
    readUsage(query),
    readRequests({ ...query, limit: 50, ...(filter.cursor && { cursor: filter.cursor }) }),
    isNarrowed ? readUsage({ from, to }) : null,
    readKeyNames(),
  ]);
  const choices = all ?? usage;
  const { csv } = await getMessages();
  return (
    <ConsolePage
      title={t('title')}
      action={
        <NextIntlClientProvider messages={{ csv }}>
          <CsvExport
            address={`/api/dashboard/usage.csv?${new URLSearchParams(query)}`}
            requests={usage.ok ? usage.value.totals.requests : 0}
          />
        </NextIntlClientProvider>
      }
      filters={<UsageFilters filter={filter} all={choices.ok ? choices.value : null} keyNames={keyNames} />}
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
        {usage.ok ? (
          <UsageSums usage={usage.value} filter={filter} keyNames={keyNames} />
        ) : (
          <Unreachable answer={usage} />
        )}
        {requests.ok && requests.value.data.length > 0 && (
          <RequestTable requests={requests.value} filter={filter} keyNames={keyNames} />
        )}
        {!requests.ok && usage.ok && <Unreachable answer={requests} />}
      </div>
    </ConsolePage>
  );
}
