import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { OPEN_ALERTS_SHOWN, OpenAlerts } from '@/components/alerts/open-alerts';
import { BalanceFigures } from '@/components/console/balance-figures';
import { ConsolePage } from '@/components/console/console-page';
import { FirstSteps } from '@/components/console/first-steps';
import { Unreachable } from '@/components/unreachable';
import { Spending } from '@/components/usage/spending';
import { readUsage } from '@/lib/api/account';
import { readAlerts } from '@/lib/api/alerts';
import { readBalance } from '@/lib/api/session';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('console');
  return { title: t('pages.overview') };
}

export default async function OverviewPage() {
  const t = await getTranslations('console');
  const [balance, usage, alerts] = await Promise.all([
    readBalance(),
    readUsage({}),
    readAlerts({ open: 'true', limit: String(OPEN_ALERTS_SHOWN) }),
  ]);
  return (
    <ConsolePage title={t('pages.overview')}>
      {balance.ok ? (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
          {alerts.ok && <OpenAlerts alerts={alerts.value.data} hasMore={alerts.value.next !== null} />}
          <BalanceFigures balance={balance.value} />
          {!balance.value.requestsEver && <FirstSteps />}
          {balance.value.requestsEver &&
            (usage.ok ? <Spending usage={usage.value} /> : <Unreachable answer={usage} />)}
        </div>
      ) : (
        <Unreachable answer={balance} />
      )}
    </ConsolePage>
  );
}
