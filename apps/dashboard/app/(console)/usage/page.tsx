import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ConsolePage } from '@/components/console/console-page';
import { buttonStyle } from '@/components/ui/button';
import { Unreachable } from '@/components/unreachable';
import { RequestTable } from '@/components/usage/request-table';
import { UsageFilters } from '@/components/usage/usage-filters';
import { UsageSums } from '@/components/usage/usage-sums';
import { readRequests, readUsage } from '@/lib/api/account';
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
  const [usage, requests, all] = await Promise.all([
    readUsage(query),
    readRequests({ ...query, limit: 50, ...(filter.cursor && { cursor: filter.cursor }) }),
    isNarrowed ? readUsage({ from, to }) : null,
  ]);
  const choices = all ?? usage;
  return (
    <ConsolePage
      title={t('title')}
      action={<CsvLink label={t('export')} query={query} />}
      filters={<UsageFilters filter={filter} all={choices.ok ? choices.value : null} />}
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
        {usage.ok ? <UsageSums usage={usage.value} filter={filter} /> : <Unreachable answer={usage} />}
        {requests.ok && requests.value.data.length > 0 && (
          <RequestTable requests={requests.value} filter={filter} />
        )}
        {!requests.ok && usage.ok && <Unreachable answer={requests} />}
      </div>
    </ConsolePage>
  );
}

/** What the page shows, request by request; the browser says how far the download is. */
function CsvLink({ label, query }: { label: string; query: ReturnType<typeof usageQuery> }) {
  const address = `/api/dashboard/usage.csv?${new URLSearchParams(query)}`;
  return (
    <a href={address} download className={buttonStyle()}>
      {label}
    </a>
  );
}
