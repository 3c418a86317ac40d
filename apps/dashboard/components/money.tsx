import { useFormatter, useTranslations } from 'next-intl';

/** Millicredits are the smallest unit there is, so three decimals show every sum in full. */
const EXACT = { maximumFractionDigits: 3 } as const;

/** An amount in credits. With `unit="words"` it says so: "1,250.5 credits"; a column's heading can say it instead. */
export function Money({ credits, unit = 'words' }: { credits: number; unit?: 'words' | 'none' }) {
  const t = useTranslations('money');
  const format = useFormatter();
  const value = format.number(credits, EXACT);
  return (
    <span className="whitespace-nowrap tabular-nums">
      {unit === 'words' ? t('credits', { count: credits, value }) : value}
    </span>
  );
}

/** A price: credits per token, written as the factor it is. */
export function Multiplier({ value }: { value: number }) {
  const format = useFormatter();
  return (
    <bdi dir="ltr" className="tabular-nums">
      {format.number(value, EXACT)}×
    </bdi>
  );
}
