'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { Money } from '@/components/money';
import { send } from '@/lib/api/browser';
import type { Balance } from '@/lib/api/session';

const POLL_MS = 1_000;
/** A server that does not answer is asked less and less often. */
const SLOWEST_POLL_MS = 30_000;

/** What the account has available, on every page, kept up to date while the page is looked at. */
export function LiveBalance({ initial, href }: { initial: Balance; href: string }) {
  const t = useTranslations('console');
  const balance = usePolledBalance(initial);
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

/** The last balance the server told; when it moves, the page's own figures are asked for again. */
function usePolledBalance(initial: Balance): Balance {
  const router = useRouter();
  const [polled, setPolled] = useState<Balance | null>(null);
  useEffect(() => {
    setPolled(null);
    let shown = signature(initial);
    let wait = POLL_MS;
    let timer: ReturnType<typeof setTimeout>;
    let isOver = false;
    async function poll() {
      if (document.visibilityState === 'visible') {
        const answer = await send<Balance>('GET', '/api/dashboard/balance');
        if (isOver) return;
        wait = answer.ok ? POLL_MS : Math.min(wait * 2, SLOWEST_POLL_MS);
        if (answer.ok && signature(answer.value) !== shown) {
          shown = signature(answer.value);
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
  }, [initial, router]);
  return polled ?? initial;
}

function signature({ available, held, debt, isLow }: Balance): string {
  return `${available} ${held} ${debt} ${isLow}`;
}
