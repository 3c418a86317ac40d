import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { ChoiceLinks } from '@/components/choice-links';
import { Money } from '@/components/money';
import { RowTh, Td, Th } from '@/components/ui/table';
import type { Usage } from '@/lib/api/account';
import { BREAKDOWNS, type UsageFilter, usageHref } from '@/lib/usage-filter';
import { KeyName } from './key-name';

interface Row {
  id: string;
  name: ReactNode;
  href: string;
  sums: Usage['totals'];
}

/** What the range cost, by model, key or outcome. A row narrows the page to itself. */
export function BreakdownTable({
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
  const rows = useRows(usage, filter, keyNames);
  return (
    <section aria-label={t('breakdown')}>
      <ChoiceLinks
        label={t('breakdown')}
        keepsPlace
        choices={BREAKDOWNS.map((by) => ({
          id: by,
          href: usageHref(filter, { by, cursor: filter.cursor }),
          text: t(`by.${by}`),
          isChosen: filter.by === by,
        }))}
      />
      <table className="mt-1 w-full border-collapse">
        <thead>
          <tr>
            <Th className="w-full">{t(filter.by)}</Th>
            <Th kind="figure" className="max-sm:hidden">
              {t('requests')}
            </Th>
            <Th kind="figure" className="max-sm:hidden">
              {t('promptTokens')}
            </Th>
            <Th kind="figure" className="max-sm:hidden">
              {t('completionTokens')}
            </Th>
            <Th kind="figure">{t('credits')}</Th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, name, href, sums }) => (
            <tr key={id} className="relative hover:bg-wash">
              <RowTh className="max-w-0">
                <Link
                  href={href}
                  prefetch={false}
                  scroll={false}
                  className="block truncate after:absolute after:inset-0"
                >
                  {name}
                </Link>
                <span className="text-muted text-sm sm:hidden">
                  {t('requestCount', { count: sums.requests })}
                </span>
              </RowTh>
              <Td kind="figure" className="max-sm:hidden">
                {format.number(sums.requests)}
              </Td>
              <Td kind="figure" className="max-sm:hidden">
                {format.number(sums.promptTokens)}
              </Td>
              <Td kind="figure" className="max-sm:hidden">
                {format.number(sums.completionTokens)}
              </Td>
              <Td kind="figure">
                <Money credits={sums.credits} unit="none" />
              </Td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function useRows(usage: Usage, filter: UsageFilter, keyNames: ReadonlyMap<string, string>): Row[] {
  const t = useTranslations('usage');
  if (filter.by === 'key') {
    return usage.byKey.map(({ keyId, ...sums }) => {
      const id = keyId ?? 'playground';
      return {
        id,
        name: keyId ? <KeyName id={keyId} names={keyNames} /> : t('playground'),
        href: usageHref(filter, { key: id }),
        sums,
      };
    });
  }
  if (filter.by === 'outcome') {
    return usage.byOutcome.map(({ outcome, ...sums }) => ({
      id: outcome,
      name: t(`outcomes.${outcome}`),
      href: usageHref(filter, { outcome }),
      sums,
    }));
  }
  return usage.byModel.map(({ model, ...sums }) => ({
    id: model,
    name: <Id id={model} />,
    href: usageHref(filter, { model }),
    sums,
  }));
}

function Id({ id }: { id: string }) {
  return (
    <bdi dir="ltr" title={id} className="font-mono text-sm">
      {id}
    </bdi>
  );
}
