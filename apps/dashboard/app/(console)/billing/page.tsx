import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { GrantTable } from '@/components/billing/grant-table';
import { HoldTable } from '@/components/billing/hold-table';
import { LedgerStatement } from '@/components/billing/ledger-statement';
import { PlanLimits } from '@/components/billing/plan-limits';
import { BalanceFigures } from '@/components/console/balance-figures';
import { ConsolePage } from '@/components/console/console-page';
import { Unreachable } from '@/components/unreachable';
import { readGrants, readHolds, readLedger, readPlans } from '@/lib/api/account';
import { readBalance } from '@/lib/api/session';
import type { SearchParams } from '@/lib/model-filter';
import { readStatementFilter } from '@/lib/statement-filter';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('billing'))('title') };
}

export default async function BillingPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations('billing');
  const filter = readStatementFilter(await searchParams);
  const [balance, grants, holds, plans, ledger] = await Promise.all([
    readBalance(),
    readGrants(),
    readHolds(),
    readPlans(),
    readLedger({
      limit: 50,
      ...(filter.kind && { kind: filter.kind }),
      ...(filter.cursor && { cursor: filter.cursor }),
    }),
  ]);
  const plan = plans.ok ? plans.value.data.find(({ isYours }) => isYours) : undefined;
  return (
    <ConsolePage title={t('title')}>
      <div className="pb-8">
        {balance.ok ? <BalanceFigures balance={balance.value} /> : <Unreachable answer={balance} />}
      </div>
      {grants.ok ? <GrantTable grants={grants.value.data} /> : <Unreachable answer={grants} />}
      {plan && <PlanLimits plan={plan} />}
      {holds.ok ? <HoldTable holds={holds.value.data} /> : <Unreachable answer={holds} />}
      {ledger.ok ? (
        <LedgerStatement ledger={ledger.value} filter={filter} />
      ) : (
        <Unreachable answer={ledger} />
      )}
    </ConsolePage>
  );
}
