import { useTranslations } from 'next-intl';
import { FactTable } from './ui/table';

/** Every case of the abort policy and what it costs; the ledger's tests go through the same list. */
const CHARGES = {
  refused: 'none',
  upstreamError: 'none',
  leftBefore: 'none',
  leftAfter: 'delivered',
  plainBefore: 'none',
  plainAfter: 'full',
  brokeOff: 'delivered',
  noDone: 'full',
  zeroCompletion: 'promptOnly',
  zeroUsage: 'none',
  absurdUsage: 'counted',
  diedBefore: 'none',
  diedAfter: 'full',
  retried: 'attempt',
} as const;

type AbortCase = keyof typeof CHARGES;

export const ALL_CASES = Object.keys(CHARGES) as AbortCase[];

export const STREAM_CASES: AbortCase[] = ['leftBefore', 'leftAfter', 'brokeOff', 'noDone', 'diedBefore'];

export function AbortTable({ label, cases }: { label: string; cases: readonly AbortCase[] }) {
  const t = useTranslations('abort');
  return (
    <FactTable
      label={label}
      head={[t('what'), t('charge')]}
      narrow="value"
      facts={cases.map((name) => ({
        key: name,
        name: t(name),
        note: t.has(`${name}Note` as 'diedBeforeNote') ? t(`${name}Note` as 'diedBeforeNote') : null,
        value: t(CHARGES[name]),
      }))}
    />
  );
}
