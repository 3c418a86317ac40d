import { useFormatter, useTranslations } from 'next-intl';
import { Money } from '@/components/money';
import { RowTh, Td, Th } from '@/components/ui/table';
import type { Series } from '@/lib/series';

/** The chart's own figures, one click away. */
export function ChartTable({
  starts,
  unit,
  series,
}: {
  starts: string[];
  unit: 'hour' | 'day';
  series: Series[];
}) {
  const t = useTranslations('chart');
  const format = useFormatter();
  return (
    <details className="mt-3">
      <summary className="w-fit cursor-pointer rounded text-accent text-sm">{t('asTable')}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section tabIndex={0} aria-label={t('asTable')} className="mt-2 max-h-96 overflow-auto">
        <table className="w-full border-collapse text-sm">
          <thead>
            <tr>
              <Th>{t(unit === 'day' ? 'day' : 'hour')}</Th>
              {series.map(({ model }) => (
                <Th key={model ?? ''} kind="figure">
                  {model === null ? t('other') : <bdi dir="ltr">{model}</bdi>}
                </Th>
              ))}
            </tr>
          </thead>
          <tbody>
            {starts.map((start, bar) => (
              <tr key={start}>
                <RowTh>
                  <time dateTime={start} className="whitespace-nowrap">
                    {format.dateTime(new Date(start), {
                      day: 'numeric',
                      month: 'short',
                      year: 'numeric',
                      ...(unit === 'hour' && { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
                    })}
                  </time>
                </RowTh>
                {series.map(({ model, values }) => (
                  <Td key={model ?? ''} kind="figure">
                    <Money credits={values[bar] ?? 0} unit="none" />
                  </Td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
