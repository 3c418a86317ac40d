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

/** "about $1.25": what credits cost at the cheapest pack there is; nothing where no pack's price is known. */
export function AboutPrice({ credits, centsPerCredit }: { credits: number; centsPerCredit: number | null }) {
  const t = useTranslations('money');
  const format = useFormatter();
  if (centsPerCredit === null) return null;
  const price = format.number((credits * centsPerCredit) / 100, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
  });
  return <span className="whitespace-nowrap tabular-nums">{t('about', { price })}</span>;
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
