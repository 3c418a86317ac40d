'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { send } from '@/lib/api/browser';

export interface AlertCounts {
  unread: number;
  open: number;
}

const POLL_MS = 5_000;
/** A server that does not answer is asked less and less often. */
const SLOWEST_POLL_MS = 60_000;
const MOST_SHOWN = 99;
const Counts = createContext<AlertCounts>({ unread: 0, open: 0 });

/** Keeps the number of unread alerts up to date while the page is looked at; a change asks for the page's own anew. */
export function AlertCountProvider({ initial, children }: { initial: AlertCounts; children: ReactNode }) {
  const router = useRouter();
  const [polled, setPolled] = useState<AlertCounts | null>(null);
  const { unread, open } = initial;
  useEffect(() => {
    setPolled(null);
    let shown = `${unread} ${open}`;
    let wait = POLL_MS;
    let timer: ReturnType<typeof setTimeout>;
    let isOver = false;
    async function poll() {
      if (document.visibilityState === 'visible') {
        const answer = await send<AlertCounts>('GET', '/api/dashboard/alerts/count');
        if (isOver) return;
        wait = answer.ok ? POLL_MS : Math.min(wait * 2, SLOWEST_POLL_MS);
        if (answer.ok && `${answer.value.unread} ${answer.value.open}` !== shown) {
          shown = `${answer.value.unread} ${answer.value.open}`;
          setPolled(answer.value);
          router.refresh();
        }
      }
      timer = setTimeout(() => void poll(), wait);
    }
    timer = setTimeout(() => void poll(), wait);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [unread, open, router]);
  return <Counts value={polled ?? initial}>{children}</Counts>;
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
