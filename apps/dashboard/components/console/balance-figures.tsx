import { useFormatter, useTranslations } from 'next-intl';
import { AboutPrice, Money } from '@/components/money';
import type { Balance } from '@/lib/api/session';
import { FigureRow } from './figure-row';

/** What there is, what is held of it, and how long it lasts. */
export function BalanceFigures({ balance }: { balance: Balance }) {
  const t = useTranslations('overview');
  const { available, held, debt, forecast, centsPerCredit } = balance;
  const tone = debt > 0 ? 'text-danger' : balance.isLow ? 'text-warn' : '';
  return (
    <FigureRow
      figures={[
        {
          name: t('available'),
          value: (
            <span className={tone}>
              <Money credits={available} unit="none" />
            </span>
          ),
          note: <AboutPrice credits={available} centsPerCredit={centsPerCredit} />,
        },
        { name: t('held'), value: <Money credits={held} unit="none" />, note: t('heldNote') },
        ...(debt > 0
          ? [{ name: t('debt'), value: <Money credits={debt} unit="none" />, note: t('debtNote') }]
          : []),
        {
          name: t('lasts'),
          value: <Lasts forecast={forecast} />,
          note: <Rate perDay={forecast.creditsPerDay} />,
        },
      ]}
    />
  );
}

function Lasts({ forecast }: { forecast: Balance['forecast'] }) {
  const t = useTranslations('overview');
  const format = useFormatter();
  if (forecast.runsOutAt === null)
    return forecast.creditsPerDay > 0 ? t('longEnough') : <span className="text-muted">{t('noDate')}</span>;
  return format.dateTime(new Date(forecast.runsOutAt), { day: 'numeric', month: 'long', year: 'numeric' });
}

function Rate({ perDay }: { perDay: number }) {
  const t = useTranslations('overview');
  const format = useFormatter();
  if (perDay === 0) return t('noSpend');
  return t('perDay', { value: format.number(perDay, { maximumFractionDigits: 1 }) });
}
