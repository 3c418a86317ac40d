import { useFormatter, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { SignedIn } from '@/lib/api/sign-in';
import { clientName } from '@/lib/client-name';
import { EndSession } from './end-session';

/** Everywhere this person is signed in. Ending a session ends it in every process with its next request. */
export function SessionList({ current, others }: { current: SignedIn; others: SignedIn[] }) {
  const t = useTranslations('settings');
  return (
    <div className="grid gap-4">
      <ul className="border-line border-t">
        <SessionRow of={current}>
          <span className="shrink-0 rounded bg-wash px-1.5 text-accent text-xs">{t('thisSession')}</span>
        </SessionRow>
        {others.map((session) => (
          <SessionRow key={session.token} of={session}>
            <EndSession
              path="revoke-session"
              body={{ token: session.token }}
              size="small"
              label={t('end')}
              title={t('endOf', { client: nameOf(session, t('unknownClient')) })}
            />
          </SessionRow>
        ))}
      </ul>
      {others.length > 0 && <EndSession path="revoke-other-sessions" body={{}} label={t('endOthers')} />}
    </div>
  );
}

function SessionRow({ of, children }: { of: SignedIn; children: ReactNode }) {
  const t = useTranslations('settings');
  const format = useFormatter();
  const { createdAt, ipAddress, userAgent } = of;
  return (
    <li className="flex items-center justify-between gap-4 border-line border-b py-2.5">
      <div className="min-w-0">
        <p className="truncate font-medium" title={userAgent ?? undefined}>
          <bdi>{nameOf(of, t('unknownClient'))}</bdi>
        </p>
        <p className="text-muted text-sm">
          <time dateTime={createdAt}>
            {t('since', {
              day: format.dateTime(new Date(createdAt), {
                dateStyle: 'medium',
                timeStyle: 'short',
                hourCycle: 'h23',
              }),
            })}
          </time>
          {ipAddress && (
            <>
              {' · '}
              <bdi dir="ltr" className="tabular-nums">
                {ipAddress}
              </bdi>
            </>
          )}
        </p>
      </div>
      {children}
    </li>
  );
}

function nameOf({ userAgent }: SignedIn, unknown: string): string {
  return userAgent ? clientName(userAgent) : unknown;
}
