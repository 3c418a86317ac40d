'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import type { ReactNode } from 'react';
import { send } from '@/lib/api/browser';

/** Leads to where an alert is dealt with. Whoever follows it has read the alert. */
export function AlertLink({
  alertId,
  href,
  isUnread,
  className,
  children,
}: {
  alertId: string;
  href: string;
  isUnread: boolean;
  className: string;
  children: ReactNode;
}) {
  const router = useRouter();
  async function markRead() {
    const answer = await send('POST', `/api/dashboard/alerts/${alertId}/read`);
    if (answer.ok) router.refresh();
  }
  return (
    <Link
      href={href}
      prefetch={false}
      className={className}
      onClick={isUnread ? () => void markRead() : undefined}
    >
      {children}
    </Link>
  );
}
