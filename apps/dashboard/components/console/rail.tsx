import Link from 'next/link';
import { getTranslations } from 'next-intl/server';
import type { ReactNode } from 'react';
import { UnreadBadge } from '@/components/alerts/alert-count';
import { Mark } from '@/components/mark';
import { PageLink } from '@/components/page-link';
import { readBrandName } from '@/lib/api/public';
import type { ConsoleEntry } from './pages';

const entry = 'flex h-8 items-center rounded px-2 text-muted transition-colors hover:bg-wash hover:text-ink';

/** The service's name, whose pages these are, and the pages; at the foot the way to the other console. */
export async function Rail({
  label,
  head,
  pages,
  foot,
}: {
  label: string;
  head: ReactNode;
  pages: readonly ConsoleEntry[];
  foot?: { href: string; label: string } | false;
}) {
  const t = await getTranslations('console');
  return (
    <div className="flex h-full flex-col overflow-y-auto p-3">
      <Link href="/" prefetch={false} className="flex min-w-0 items-center gap-2 px-2 py-1.5 font-semibold">
        <Mark />
        <bdi className="truncate">{await readBrandName()}</bdi>
      </Link>
      {head}
      <nav aria-label={label} className="grid gap-0.5">
        {pages.map(({ href, label: page }) => (
          <PageLink
            key={href}
            href={href}
            className={`${entry} aria-[current]:bg-wash aria-[current]:font-medium aria-[current]:text-ink`}
          >
            {t(`pages.${page}`)}
            {page === 'alerts' && <UnreadBadge />}
          </PageLink>
        ))}
      </nav>
      {foot && (
        <Link href={foot.href} prefetch={false} className={`${entry} mt-auto`}>
          {foot.label}
        </Link>
      )}
    </div>
  );
}
