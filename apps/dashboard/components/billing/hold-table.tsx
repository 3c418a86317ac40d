import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { ModelId } from '@/components/model-id';
import { Money } from '@/components/money';
import { Section } from '@/components/section';
import { RowTh, Td, Th } from '@/components/ui/table';
import type { Hold } from '@/lib/api/account';

/** Requests that are running now, and what is held for each. */
export function HoldTable({ holds }: { holds: Hold[] }) {
  const t = useTranslations('billing');
  const format = useFormatter();
  return (
    <Section title={t('holds')} text={t('holdsText')}>
      {holds.length === 0 ? (
        <p className="text-muted">{t('noHolds')}</p>
      ) : (
        <table className="w-full table-fixed border-collapse" aria-label={t('holds')}>
          <thead>
            <tr>
              <Th>{t('model')}</Th>
              <Th className="w-28">{t('since')}</Th>
              <Th kind="figure" className="w-32">
                {t('heldOf')}
              </Th>
            </tr>
          </thead>
          <tbody>
            {holds.map(({ requestId, model, amount, reservedAt }) => (
              <tr key={requestId} className="relative hover:bg-wash">
                <RowTh>
                  <Link
                    href={`/usage/${encodeURIComponent(requestId)}`}
                    prefetch={false}
                    className="block truncate text-sm after:absolute after:inset-0"
                  >
                    <ModelId id={model} />
                  </Link>
                </RowTh>
                <Td>
                  <time dateTime={reservedAt} className="whitespace-nowrap">
                    {format.dateTime(new Date(reservedAt), { timeStyle: 'medium', hourCycle: 'h23' })}
                  </time>
                </Td>
                <Td kind="figure">
                  <Money credits={amount} unit="none" />
                </Td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
