import { useTranslations } from 'next-intl';
import { ChoiceLinks } from '@/components/choice-links';
import { Paging } from '@/components/paging';
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
      <Paging
        label={t('pages')}
        cursor={filter.cursor}
        next={alerts.next}
        hrefOf={(cursor) => alertsHref({ ...filter, cursor })}
      />
    </>
  );
}

/** Which alerts are shown: all, or what is unread. It lives in the address. */
export function AlertChoice({ filter, unread }: { filter: AlertFilter; unread: number }) {
  const t = useTranslations('alerts');
  return (
    <ChoiceLinks
      label={t('which')}
      choices={([false, true] as const).map((isUnreadOnly) => ({
        id: String(isUnreadOnly),
        href: alertsHref({ isUnreadOnly, cursor: '' }),
        text: isUnreadOnly ? t('unread', { count: unread }) : t('all'),
        isChosen: filter.isUnreadOnly === isUnreadOnly,
      }))}
    />
  );
}
