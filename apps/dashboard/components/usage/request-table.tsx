import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { Money } from '@/components/money';
import { Paging } from '@/components/paging';
import { RowTh, Td, Th } from '@/components/ui/table';
import type { Requests, UsageRequest } from '@/lib/api/account';
import { type UsageFilter, usageHref } from '@/lib/usage-filter';
import { KeyName } from './key-name';
import { OutcomeLabel } from './outcome-label';

/** The requests of the range, newest first. A row opens its receipt; on a phone it is two lines. */
export function RequestTable({
  requests,
  filter,
  keyNames,
}: {
  requests: Requests;
  filter: UsageFilter;
  keyNames: ReadonlyMap<string, string>;
}) {
  const t = useTranslations('usage');
  return (
    <section aria-label={t('list')}>
      <h2 className="font-semibold text-lg">{t('list')}</h2>
      <table className="w-full table-fixed border-collapse">
        <thead className="max-sm:sr-only">
          <tr>
            <Th className="w-44">{t('time')}</Th>
            <Th>{t('model')}</Th>
            <Th className="max-lg:hidden">{t('key')}</Th>
            <Th className="w-44 max-sm:hidden">{t('outcome')}</Th>
            <Th kind="figure" className="w-24 max-sm:hidden">
              {t('tokens')}
            </Th>
            <Th kind="figure" className="w-36">
              {t('credits')}
            </Th>
          </tr>
        </thead>
        <tbody>
          {requests.data.map((request) => (
            <RequestRow key={request.id} request={request} keyNames={keyNames} />
          ))}
        </tbody>
      </table>
      <Paging
        label={t('pages')}
        cursor={filter.cursor}
        next={requests.next}
        hrefOf={(cursor) => usageHref(filter, { cursor })}
      />
    </section>
  );
}

function RequestRow({ request, keyNames }: { request: UsageRequest; keyNames: ReadonlyMap<string, string> }) {
  const t = useTranslations('usage');
  const format = useFormatter();
  const isOpen = request.outcome === 'open';
  return (
    <tr className="relative max-sm:grid max-sm:grid-cols-[minmax(0,1fr)_auto] max-sm:gap-x-4 max-sm:border-line max-sm:border-b max-sm:py-2 max-sm:[&>*]:border-0 max-sm:[&>*]:p-0 hover:bg-wash">
      <RowTh>
        <Link
          href={`/usage/${encodeURIComponent(request.id)}`}
          prefetch={false}
          className="whitespace-nowrap tabular-nums after:absolute after:inset-0 max-sm:text-muted max-sm:text-sm"
        >
          {format.dateTime(new Date(request.createdAt), {
            day: 'numeric',
            month: 'short',
            hour: '2-digit',
            minute: '2-digit',
            second: '2-digit',
            hourCycle: 'h23',
          })}
        </Link>
      </RowTh>
      <Td className="max-sm:-order-2 max-sm:min-w-0">
        <bdi dir="ltr" title={request.model} className="block truncate font-mono text-sm rtl:text-right">
          {request.model}
        </bdi>
      </Td>
      <Td className="max-lg:hidden">
        {request.keyId === null ? t('playground') : <KeyName id={request.keyId} names={keyNames} />}
      </Td>
      <Td className="max-sm:text-end max-sm:text-muted max-sm:text-sm">
        <OutcomeLabel outcome={request.outcome} />
      </Td>
      <Td kind="figure" className="max-sm:hidden">
        {isOpen ? '' : format.number(request.promptTokens + request.completionTokens)}
      </Td>
      <Td kind="figure" className="max-sm:-order-1">
        {isOpen ? (
          <span className="text-muted">
            {t('held')} <Money credits={request.held} unit="none" />
          </span>
        ) : (
          <Money credits={request.credits} unit="none" />
        )}
      </Td>
    </tr>
  );
}
