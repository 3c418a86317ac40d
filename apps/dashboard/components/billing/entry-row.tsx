import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { Money } from '@/components/money';
import { RowTh, Td } from '@/components/ui/table';
import type { Entry } from '@/lib/api/account';

/** One line of the statement. What moved the debt and not the balance says so in words of its own. */
export function EntryRow({ entry }: { entry: Entry }) {
  const t = useTranslations('billing');
  const format = useFormatter();
  const at = new Date(entry.at);
  const href = sourceHref(entry);
  return (
    <tr className="relative align-top hover:bg-wash">
      <RowTh>
        <time dateTime={entry.at} className="whitespace-nowrap tabular-nums">
          {format.dateTime(at, { day: 'numeric', month: 'short', year: 'numeric' })}
        </time>{' '}
        <span className="text-muted text-sm tabular-nums max-sm:block">
          {format.dateTime(at, { timeStyle: 'short', hourCycle: 'h23' })}
        </span>
      </RowTh>
      <Td className="max-w-0">
        {href === null ? (
          t(`kinds.${entry.kind}`)
        ) : (
          <Link href={href} prefetch={false} className="after:absolute after:inset-0">
            {t(`kinds.${entry.kind}`)}
          </Link>
        )}
        {entry.model !== null && (
          <bdi
            dir="ltr"
            title={entry.model}
            className="block truncate font-mono text-muted text-sm rtl:text-right"
          >
            {entry.model}
          </bdi>
        )}
        {entry.owed !== 0 && (
          <span className="block text-muted text-sm">
            {t(entry.owed > 0 ? 'owedMore' : 'owedLess')} <Money credits={Math.abs(entry.owed)} />
          </span>
        )}
      </Td>
      <Td kind="figure" className="max-sm:hidden">
        {entry.amount > 0 && <Money credits={entry.amount} unit="none" />}
      </Td>
      <Td kind="figure" className="max-sm:hidden">
        {entry.amount < 0 && <Money credits={-entry.amount} unit="none" />}
      </Td>
      <Td kind="figure">
        <Money credits={entry.balanceAfter} unit="none" />
        <span className={`block text-sm sm:hidden ${entry.amount > 0 ? 'text-good' : 'text-muted'}`}>
          {entry.amount > 0 && '+'}
          <Money credits={entry.amount} unit="none" />
        </span>
      </Td>
    </tr>
  );
}

/** The receipt of the request, or the grant on this page. */
function sourceHref({ reference, grantId }: Entry): string | null {
  if (reference.kind === 'request') return `/usage/${encodeURIComponent(reference.id)}`;
  return grantId === null ? null : `#${grantId}`;
}
