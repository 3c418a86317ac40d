import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { Alert } from '@/lib/api/alerts';
import { AlertLink } from './alert-link';
import { useAlertText } from './alert-text';
import { Countdown } from './countdown';

/** The page is about the balance: the rest of them is a click away. */
export const OPEN_ALERTS_SHOWN = 3;

/** What is so now and wants somebody to act; nothing where all is well. `hasMore`: there are others. */
export function OpenAlerts({ alerts, hasMore }: { alerts: Alert[]; hasMore: boolean }) {
  const t = useTranslations('alerts');
  const write = useAlertText();
  if (alerts.length === 0) return null;
  return (
    <section aria-label={t('openTitle')}>
      <ul className="divide-y divide-line rounded border border-line border-s-4 border-s-warn bg-surface">
        {alerts.map((alert) => {
          const { title, text } = write(alert);
          return (
            <li
              key={alert.id}
              className="relative flex flex-wrap items-baseline justify-between gap-x-6 px-4 py-2.5 hover:bg-wash"
            >
              <div className="min-w-0">
                <AlertLink
                  alertId={alert.id}
                  href={alert.link ?? '/alerts'}
                  isUnread={alert.readAt === null}
                  className="font-medium after:absolute after:inset-0"
                >
                  {title}
                </AlertLink>
                <p className="text-muted text-sm">{text}</p>
              </div>
              {alert.kind === 'grant_expiring' && <Countdown until={String(alert.params.expiresAt)} />}
            </li>
          );
        })}
        {hasMore && (
          <li className="relative px-4 py-2.5 text-sm hover:bg-wash">
            <Link
              href="/alerts"
              className="text-accent underline underline-offset-4 after:absolute after:inset-0"
            >
              {t('back')}
            </Link>
          </li>
        )}
      </ul>
    </section>
  );
}
