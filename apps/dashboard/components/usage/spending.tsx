import { NextIntlClientProvider } from 'next-intl';
import { getMessages } from 'next-intl/server';
import type { Usage } from '@/lib/api/account';
import { seriesOf } from '@/lib/series';
import { ChartTable } from './chart-table';
import { UsageChart } from './usage-chart';

/** The chart of a page and the table behind it. */
export async function Spending({ usage }: { usage: Usage }) {
  const series = seriesOf(usage.buckets);
  const starts = usage.buckets.map(({ start }) => start);
  const { chart, money } = await getMessages();
  return (
    <section className="rounded border border-line bg-surface p-4">
      <NextIntlClientProvider messages={{ chart, money }}>
        <UsageChart starts={starts} unit={usage.unit} series={series} />
      </NextIntlClientProvider>
      <ChartTable starts={starts} unit={usage.unit} series={series} />
    </section>
  );
}
