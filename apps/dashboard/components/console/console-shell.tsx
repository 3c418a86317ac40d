import Link from 'next/link';
import { getTranslations } from 'next-intl/server';
import type { ReactNode } from 'react';
import { AlertCountProvider, UnreadBadge } from '@/components/alerts/alert-count';
import { Mark } from '@/components/mark';
import { ModeBanner } from '@/components/mode-banner';
import { PageLink } from '@/components/page-link';
import { PageSkeleton } from '@/components/page-skeleton';
import { LanguageSwitch, ThemeChoice } from '@/components/preferences';
import { readAlertCount } from '@/lib/api/alerts';
import { readBrandName, readService } from '@/lib/api/public';
import { type Me, readBalance } from '@/lib/api/session';
import { AccountSwitch } from './account-switch';
import { LiveBalance } from './live-balance';
import { CONSOLE_PAGES } from './pages';
import { RailSheet } from './rail-sheet';
import { UserMenu } from './user-menu';

const side = 'px-4 sm:px-6';

/** What every page of an account stands in: the rail, the balance, who is signed in. */
export async function ConsoleShell({ me, children }: { me: Me; children: ReactNode }) {
  const t = await getTranslations('console');
  const shell = await getTranslations('shell');
  const service = await readService();
  const count = await readAlertCount();
  const rail = <Rail me={me} brandName={await readBrandName()} />;
  return (
    <AlertCountProvider initial={count.ok ? count.value : { unread: 0, open: 0 }}>
      <div className="min-h-dvh lg:grid lg:grid-cols-[14rem_minmax(0,1fr)]">
        <a
          href="#content"
          className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-surface focus:p-3"
        >
          {shell('skip')}
        </a>
        <aside className="sticky top-0 hidden h-dvh border-line border-e bg-surface lg:block">{rail}</aside>
        <div className="min-w-0">
          {service.ok && <ModeBanner service={service.value} className={side} />}
          <header
            className={`sticky top-0 z-20 flex h-13 items-center gap-2 border-line border-b bg-ground ${side}`}
          >
            <div className="lg:hidden">
              <RailSheet>{rail}</RailSheet>
            </div>
            <div className="ms-auto flex min-w-0 items-center gap-2">
              <AvailableBalance />
              <UserMenu name={me.user.name} email={me.user.email}>
                <div className="flex items-center justify-between gap-4 text-sm">
                  {t('theme')}
                  <ThemeChoice />
                </div>
                <div className="flex items-center justify-between gap-4 text-sm">
                  {t('language')}
                  <LanguageSwitch />
                </div>
              </UserMenu>
            </div>
          </header>
          <main id="content" className={`mx-auto w-full max-w-6xl py-6 ${side}`}>
            <div className="page-content">{children}</div>
            <PageSkeleton label={shell('loading')} />
          </main>
        </div>
      </div>
    </AlertCountProvider>
  );
}

async function Rail({ me, brandName }: { me: Me; brandName: string }) {
  const t = await getTranslations('console');
  return (
    <div className="flex h-full flex-col overflow-y-auto p-3">
      <Link href="/" prefetch={false} className="flex min-w-0 items-center gap-2 px-2 py-1.5 font-semibold">
        <Mark />
        <bdi className="truncate">{brandName}</bdi>
      </Link>
      <AccountSwitch accounts={me.accounts} active={me.active} />
      <nav aria-label={t('rail')} className="grid gap-0.5">
        {CONSOLE_PAGES.map(({ href, label }) => (
          <PageLink
            key={href}
            href={href}
            className="flex h-8 items-center rounded px-2 text-muted transition-colors hover:bg-wash hover:text-ink aria-[current]:bg-wash aria-[current]:font-medium aria-[current]:text-ink"
          >
            {t(`pages.${label}`)}
            {label === 'alerts' && <UnreadBadge />}
          </PageLink>
        ))}
      </nav>
    </div>
  );
}

/** Nothing about money is shown before the server has said so. */
async function AvailableBalance() {
  const t = await getTranslations('console');
  const balance = await readBalance();
  if (!balance.ok) return <span className="text-muted text-sm">{t('noBalance')}</span>;
  return <LiveBalance initial={balance.value} href="/billing" />;
}
