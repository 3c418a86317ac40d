import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { FigureRow } from '@/components/console/figure-row';
import { Money } from '@/components/money';
import type { Usage } from '@/lib/api/account';
import type { UsageFilter } from '@/lib/usage-filter';
import { BreakdownTable } from './breakdown-table';
import { Spending } from './spending';

/** The range in figures, as a chart and broken down; one sentence where there is nothing. */
export function UsageSums({
  usage,
  filter,
  keyNames,
}: {
  usage: Usage;
  filter: UsageFilter;
  keyNames: ReadonlyMap<string, string>;
}) {
  const t = useTranslations('usage');
  const format = useFormatter();
  const { totals } = usage;
  if (totals.requests === 0) {
    return (
      <p className="rounded border border-line bg-surface p-4">
        {t('empty')}{' '}
        <Link href="/usage?range=12m" prefetch={false} className="text-accent underline">
          {t('emptyAction')}
        </Link>
      </p>
    );
  }
  return (
    <>
      <FigureRow
        figures={[
          { name: t('credits'), value: <Money credits={totals.credits} unit="none" /> },
          { name: t('requests'), value: format.number(totals.requests) },
          { name: t('promptTokens'), value: format.number(totals.promptTokens) },
          { name: t('completionTokens'), value: format.number(totals.completionTokens) },
        ]}
      />
      <Spending usage={usage} />
      <BreakdownTable usage={usage} filter={filter} keyNames={keyNames} />
    </>
  );
}
