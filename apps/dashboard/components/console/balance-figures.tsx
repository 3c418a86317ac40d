import { getFormatter, getTranslations } from 'next-intl/server';
import { Money } from '@/components/money';
import type { Balance } from '@/lib/api/session';

/** What there is, what open requests hold of it, and how long it lasts at the present rate. */
export async function BalanceFigures({ balance }: { balance: Balance }) {
  const t = await getTranslations('overview');
  const format = await getFormatter();
  const { creditsPerDay, runsOutAt } = balance.forecast;
  return (
    <dl className="grid gap-x-8 gap-y-5 border-line border-y py-5 sm:grid-cols-3 [&_dd]:mt-1 [&_dd]:text-xl [&_dt]:text-muted [&_dt]:text-sm">
      <div>
        <dt>{balance.debt > 0 ? t('debt') : t('available')}</dt>
        <dd className={balance.debt > 0 ? 'text-danger' : balance.isLow ? 'text-warn' : ''}>
          <Money credits={balance.debt > 0 ? balance.debt : balance.available} />
        </dd>
      </div>
      <div>
        <dt>{t('held')}</dt>
        <dd>
          <Money credits={balance.held} />
        </dd>
      </div>
      <div>
        <dt>{t('lasts')}</dt>
        <dd>
          {runsOutAt
            ? format.dateTime(new Date(runsOutAt), { dateStyle: 'long' })
            : creditsPerDay > 0
              ? t('longEnough')
              : t('noSpend')}
        </dd>
      </div>
    </dl>
  );
}
