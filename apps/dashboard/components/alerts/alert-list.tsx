import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { buttonStyle } from '@/components/ui/button';
import { type AlertFilter, alertsHref } from '@/lib/alert-filter';
import type { Alerts } from '@/lib/api/alerts';
import { AlertRow } from './alert-row';

/** The inbox, newest first. */
export function AlertList({ alerts, filter }: { alerts: Alerts; filter: AlertFilter }) {
  const t = useTranslations('alerts');
  if (alerts.data.length === 0) {
    return <p className="max-w-prose text-muted">{filter.isUnreadOnly ? t('noneUnread') : t('none')}</p>;
  }
  return (
    <>
      <ul className="border-line border-t">
        {alerts.data.map((alert) => (
          <AlertRow key={alert.id} alert={alert} />
        ))}
      </ul>
      <Paging next={alerts.next} filter={filter} />
    </>
  );
}

/** Which alerts are shown: all, or what is unread. It lives in the address. */
export function AlertChoice({ filter, unread }: { filter: AlertFilter; unread: number }) {
  const t = useTranslations('alerts');
  return (
    <nav aria-label={t('which')} className="flex flex-wrap gap-1 text-sm">
      {([false, true] as const).map((isUnreadOnly) => (
        <Link
          key={String(isUnreadOnly)}
          prefetch={false}
          href={alertsHref({ isUnreadOnly, cursor: '' })}
          aria-current={filter.isUnreadOnly === isUnreadOnly ? 'true' : undefined}
          className="rounded px-2.5 py-1 text-muted transition-colors hover:text-ink aria-[current]:bg-wash aria-[current]:font-medium aria-[current]:text-ink"
        >
          {isUnreadOnly ? t('unread', { count: unread }) : t('all')}
        </Link>
      ))}
    </nav>
  );
}

function Paging({ next, filter }: { next: string | null; filter: AlertFilter }) {
  const t = useTranslations('alerts');
  if (next === null && filter.cursor === '') return null;
  return (
    <nav aria-label={t('pages')} className="mt-3 flex gap-2">
      {filter.cursor !== '' && (
        <Link
          prefetch={false}
          href={alertsHref({ ...filter, cursor: '' })}
          className={buttonStyle({ size: 'small' })}
        >
          {t('newest')}
        </Link>
      )}
      {next !== null && (
        <Link
          prefetch={false}
          href={alertsHref({ ...filter, cursor: next })}
          className={buttonStyle({ size: 'small' })}
        >
          {t('older')}
        </Link>
      )}
    </nav>
  );
}
