import { getTranslations } from 'next-intl/server';
import type { ReactNode } from 'react';
import { AlertCountProvider } from '@/components/alerts/alert-count';
import { readAlertCount } from '@/lib/api/alerts';
import { type Me, readBalance } from '@/lib/api/session';
import { AccountNotices } from './account-notices';
import { AccountSwitch } from './account-switch';
import { LiveBalance } from './live-balance';
import { CONSOLE_PAGES, OPERATOR_PAGES } from './pages';
import { Rail } from './rail';
import { ShellFrame } from './shell-frame';

/** What every page of an account stands in: the rail, the balance, who is signed in. */
export async function ConsoleShell({ me, children }: { me: Me; children: ReactNode }) {
  const t = await getTranslations('console');
  const count = await readAlertCount();
  const rail = (
    <Rail
      label={t('rail')}
      head={<AccountSwitch accounts={me.accounts} active={me.active} />}
      pages={CONSOLE_PAGES}
      foot={me.user.isOperator && { href: OPERATOR_PAGES[0]!.href, label: t('toOperator') }}
    />
  );
  return (
    <AlertCountProvider initial={count.ok ? count.value : { unread: 0, open: 0 }}>
      <ShellFrame me={me} rail={rail} end={<AvailableBalance />} notices={<AccountNotices me={me} />}>
        {children}
      </ShellFrame>
    </AlertCountProvider>
  );
}

/** Nothing about money is shown before the server has said so. */
async function AvailableBalance() {
  const t = await getTranslations('console');
  const balance = await readBalance();
  if (!balance.ok) return <span className="text-muted text-sm">{t('noBalance')}</span>;
  return <LiveBalance initial={balance.value} href="/billing" />;
}
