import { useFormatter, useTranslations } from 'next-intl';
import type { Alert } from '@/lib/api/alerts';
import { AlertLink } from './alert-link';
import { useAlertText } from './alert-text';
import { Countdown } from './countdown';
import { MarkRead } from './mark-read';

const MARKS = { info: 'bg-muted', warn: 'bg-warn', danger: 'bg-danger' } as const;

/** One alert: what happened, what follows from it, when; it opens the page where it is dealt with. */
export function AlertRow({ alert }: { alert: Alert }) {
  const t = useTranslations('alerts');
  const { title, text } = useAlertText()(alert);
  const isUnread = alert.readAt === null;
  return (
    <li className="relative grid grid-cols-[0.5rem_minmax(0,1fr)_auto] items-start gap-x-3 border-line border-b py-3 hover:bg-wash">
      <span
        aria-hidden="true"
        className={`mt-1.5 size-2 rounded-full ${isUnread ? MARKS[alert.severity] : 'border border-edge'}`}
      />
      <div className="min-w-0">
        <h2 className={`break-words ${isUnread ? 'font-semibold' : ''}`}>
          {isUnread && <span className="sr-only">{t(`severities.${alert.severity}`)} </span>}
          {alert.link ? (
            <AlertLink
              alertId={alert.id}
              href={alert.link}
              isUnread={isUnread}
              className="after:absolute after:inset-0"
            >
              {title}
            </AlertLink>
          ) : (
            title
          )}
        </h2>
        {text && <p className="break-words text-muted">{text}</p>}
        <p className="mt-0.5 text-muted text-sm">
          <When at={alert.at} /> <State of={alert} />
        </p>
      </div>
      <div className="relative z-10">{isUnread && <MarkRead alertId={alert.id} title={title} />}</div>
    </li>
  );
}

function When({ at }: { at: string }) {
  const format = useFormatter();
  return (
    <time dateTime={at} className="tabular-nums">
      {format.dateTime(new Date(at), {
        day: 'numeric',
        month: 'short',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
        timeZoneName: 'short',
      })}
    </time>
  );
}

/** For what is so until it is over: what is left of it, or when it was over. */
function State({ of }: { of: Alert }) {
  const t = useTranslations('alerts');
  const format = useFormatter();
  const { closedAt, kind, params } = of;
  if (closedAt) {
    const when = format.dateTime(new Date(closedAt), { day: 'numeric', month: 'short' });
    return <>· {t('over', { when })}</>;
  }
  if (kind === 'grant_expiring') {
    return (
      <>
        · <Countdown until={String(params.expiresAt)} />
      </>
    );
  }
  return kind === 'low_balance' ? <>· {t('stillSo')}</> : null;
}
