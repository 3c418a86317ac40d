import { NextIntlClientProvider } from 'next-intl';
import { getFormatter, getMessages } from 'next-intl/server';
import type { Usage } from '@/lib/api/account';
import { axisTop, type Series, seriesOf } from '@/lib/series';
import { ChartTable } from './chart-table';
import { UsageChart } from './usage-chart';

/** The chart of a page and the table behind it. */
export async function Spending({ usage }: { usage: Usage }) {
  const series = seriesOf(usage.buckets);
  const starts = usage.buckets.map(({ start }) => start);
  const { chart, money } = await getMessages();
  const format = await getFormatter();
  const top = axisTop(Math.max(0, ...starts.map((_, bar) => heightOf(series, bar))));
  const compact = (value: number) => format.number(value, { notation: 'compact' });
  return (
    <section className="rounded border border-line bg-surface p-4">
      <NextIntlClientProvider messages={{ chart, money }}>
        <UsageChart
          starts={starts}
          unit={usage.unit}
          series={series}
          axis={{ top, labels: [compact(top), compact(top / 2)] }}
        />
      </NextIntlClientProvider>
      <ChartTable starts={starts} unit={usage.unit} series={series} />
    </section>
  );
}

function heightOf(series: Series[], bar: number): number {
  return series.reduce((height, { values }) => height + (values[bar] ?? 0), 0);
}
