'use client';

import { useTranslations } from 'next-intl';
import { createContext, type ReactNode, useContext } from 'react';
import { usePolled } from '@/components/console/use-polled';

export interface AlertCounts {
  unread: number;
  open: number;
}

const POLLING = { path: '/api/dashboard/alerts/count', everyMs: 5_000, slowestMs: 60_000, digest };
const MOST_SHOWN = 99;
const Counts = createContext<AlertCounts>({ unread: 0, open: 0 });

/** Keeps the number of unread alerts up to date while the page is looked at; a change asks for the page's own anew. */
export function AlertCountProvider({ initial, children }: { initial: AlertCounts; children: ReactNode }) {
  return <Counts value={usePolled(initial, POLLING)}>{children}</Counts>;
}

/** How many alerts are unread; nothing where there are none. */
export function UnreadBadge() {
  const t = useTranslations('console');
  const { unread } = useContext(Counts);
  if (unread === 0) return null;
  return (
    <span className="ms-auto rounded-full bg-accent px-1.5 font-medium text-surface text-xs tabular-nums">
      <span aria-hidden="true">{unread > MOST_SHOWN ? `${MOST_SHOWN}+` : unread}</span>
      <span className="sr-only">{t('unreadAlerts', { count: unread })}</span>
    </span>
  );
}

function digest({ unread, open }: AlertCounts): string {
  return `${unread} ${open}`;
}
