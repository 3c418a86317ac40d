import { useTranslations } from 'next-intl';
import { ChoiceLinks } from '@/components/choice-links';
import { Paging } from '@/components/paging';
import { Th } from '@/components/ui/table';
import type { Ledger } from '@/lib/api/account';
import { ENTRY_KINDS, type StatementFilter, statementHref } from '@/lib/statement-filter';
import { EntryRow } from './entry-row';

/** The ledger as a bank statement: day, what, in, out, balance after. Each line opens what it came from. */
export function LedgerStatement({ ledger, filter }: { ledger: Ledger; filter: StatementFilter }) {
  const t = useTranslations('billing');
  return (
    <section id="statement" aria-labelledby="statement-heading" className="border-line border-t py-10">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-2">
        <h2 id="statement-heading" className="font-semibold text-lg">
          {t('statement')}
        </h2>
        <ChoiceLinks
          label={t('kind')}
          choices={(['', ...ENTRY_KINDS] as const).map((kind) => ({
            id: kind,
            href: statementHref({ kind, cursor: '' }),
            text: kind === '' ? t('all') : t(`kinds.${kind}`),
            isChosen: filter.kind === kind,
          }))}
        />
      </div>
      {ledger.data.length === 0 ? (
        <p className="mt-3 text-muted">{t('noEntries')}</p>
      ) : (
        <table className="mt-2 w-full border-collapse" aria-label={t('statement')}>
          <thead>
            <tr>
              <Th>{t('time')}</Th>
              <Th className="w-full">{t('what')}</Th>
              <Th kind="figure" className="min-w-28 max-sm:hidden">
                {t('in')}
              </Th>
              <Th kind="figure" className="min-w-28 max-sm:hidden">
                {t('out')}
              </Th>
              <Th kind="figure">{t('balanceAfter')}</Th>
            </tr>
          </thead>
          <tbody>
            {ledger.data.map((entry) => (
              <EntryRow key={entry.id} entry={entry} />
            ))}
          </tbody>
        </table>
      )}
      <Paging
        label={t('pages')}
        cursor={filter.cursor}
        next={ledger.next}
        hrefOf={(cursor) => statementHref({ ...filter, cursor })}
      />
    </section>
  );
}
