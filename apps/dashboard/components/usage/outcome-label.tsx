import { useTranslations } from 'next-intl';
import type { UsageRequest } from '@/lib/api/account';

/** How a request ended, in words. Colour only where somebody should look. */
export function OutcomeLabel({ outcome }: { outcome: UsageRequest['outcome'] }) {
  const t = useTranslations('usage');
  const isFailure = outcome === 'upstream_broke' || outcome === 'timed_out' || outcome === 'upstream_error';
  return <span className={isFailure ? 'text-danger' : ''}>{t(`outcomes.${outcome}`)}</span>;
}
