import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { BalanceFigures } from '@/components/console/balance-figures';
import { ConsolePage } from '@/components/console/console-page';
import { FirstSteps } from '@/components/console/first-steps';
import { Unreachable } from '@/components/unreachable';
import { readBalance } from '@/lib/api/session';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('console');
  return { title: t('pages.overview') };
}

export default async function OverviewPage() {
  const t = await getTranslations('console');
  const balance = await readBalance();
  return (
    <ConsolePage title={t('pages.overview')}>
      {balance.ok ? (
        <div className="grid gap-8">
          <BalanceFigures balance={balance.value} />
          {!balance.value.requestsEver && <FirstSteps />}
        </div>
      ) : (
        <Unreachable answer={balance} />
      )}
    </ConsolePage>
  );
}
