import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { buttonStyle } from '@/components/ui/button';
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
        <KindChoice filter={filter} />
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
      <Paging next={ledger.next} filter={filter} />
    </section>
  );
}

function KindChoice({ filter }: { filter: StatementFilter }) {
  const t = useTranslations('billing');
  return (
    <nav aria-label={t('kind')} className="flex flex-wrap gap-1 text-sm">
      {(['', ...ENTRY_KINDS] as const).map((kind) => (
        <Link
          key={kind}
          prefetch={false}
          href={statementHref({ kind, cursor: '' })}
          aria-current={filter.kind === kind ? 'true' : undefined}
          className="rounded px-2 py-1 text-muted transition-colors hover:text-ink aria-[current]:bg-wash aria-[current]:font-medium aria-[current]:text-ink"
        >
          {kind === '' ? t('all') : t(`kinds.${kind}`)}
        </Link>
      ))}
    </nav>
  );
}

function Paging({ next, filter }: { next: string | null; filter: StatementFilter }) {
  const t = useTranslations('billing');
  if (next === null && filter.cursor === '') return null;
  return (
    <nav aria-label={t('pages')} className="mt-3 flex gap-2">
      {filter.cursor !== '' && (
        <Link
          prefetch={false}
          href={statementHref({ ...filter, cursor: '' })}
          className={buttonStyle({ size: 'small' })}
        >
          {t('newest')}
        </Link>
      )}
      {next !== null && (
        <Link
          prefetch={false}
          href={statementHref({ ...filter, cursor: next })}
          className={buttonStyle({ size: 'small' })}
        >
          {t('older')}
        </Link>
      )}
    </nav>
  );
}
