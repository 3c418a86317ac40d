'use client';

import Link, { useLinkStatus } from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';

/** A link of the shell. It knows the page it stands on, and while its page loads it lets the skeleton show. */
export function PageLink({
  href,
  className,
  children,
}: {
  href: string;
  className?: string;
  children: ReactNode;
}) {
  const pathname = usePathname();
  const isHere = href === '/' ? pathname === '/' : pathname.startsWith(href);
  return (
    <Link href={href} prefetch={false} className={className} aria-current={isHere ? 'page' : undefined}>
      {children}
      <PendingMark />
    </Link>
  );
}

function PendingMark() {
  const { pending } = useLinkStatus();
  return pending ? <span data-pending hidden /> : null;
}
