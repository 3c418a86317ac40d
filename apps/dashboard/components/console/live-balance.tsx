'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { Money } from '@/components/money';
import type { Balance } from '@/lib/api/session';
import { usePolled } from './use-polled';

const POLLING = { path: '/api/dashboard/balance', everyMs: 1_000, slowestMs: 30_000, digest };

/** What the account has available, on every page, kept up to date while the page is looked at. */
export function LiveBalance({ initial, href }: { initial: Balance; href: string }) {
  const t = useTranslations('console');
  const balance = usePolled(initial, POLLING);
  const credits = balance.debt > 0 ? -balance.debt : balance.available;
  const tone = balance.debt > 0 ? 'text-danger' : balance.isLow ? 'text-warn' : 'text-ink';
  return (
    <Link
      href={href}
      prefetch={false}
      className="flex shrink-0 items-baseline gap-2 rounded px-2 py-1 transition-colors hover:bg-wash"
    >
      <span className="sr-only text-muted text-sm sm:not-sr-only">
        {balance.debt > 0 ? t('inDebt') : t('available')}
      </span>
      {/* Never cut: a figure without its first digits is another figure. A phone has room for it without the unit. */}
      <span className={`font-medium ${tone}`}>
        <span className="hidden sm:inline">
          <Money credits={credits} />
        </span>
        <span className="sm:hidden">
          <Money credits={credits} unit="none" />
        </span>
      </span>
      {balance.isLow && balance.debt === 0 && <span className="sr-only">{t('low')}</span>}
    </Link>
  );
}

function digest({ available, held, debt, isLow }: Balance): string {
  return `${available} ${held} ${debt} ${isLow}`;
}
