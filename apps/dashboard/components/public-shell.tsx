import { getTranslations } from 'next-intl/server';
import type { ReactNode } from 'react';
import { readBrandName, readService } from '@/lib/api/public';
import { Mark } from './mark';
import { ModeBanner } from './mode-banner';
import { PageLink } from './page-link';
import { PageSkeleton } from './page-skeleton';
import { LanguageSwitch, ThemeChoice } from './preferences';

const wide = 'mx-auto w-full max-w-6xl px-4 sm:px-6';
const navLink =
  'py-2 text-muted transition-colors hover:text-ink aria-[current]:text-ink aria-[current]:underline decoration-2 decoration-accent underline-offset-8';

/** What every public page stands in: banner, name, pages, language; at the foot the theme. */
export async function PublicShell({ children }: { children: ReactNode }) {
  const t = await getTranslations('shell');
  const service = await readService();
  return (
    <div className="flex min-h-dvh flex-col">
      <a href="#content" className="sr-only focus:not-sr-only focus:p-3 focus:text-accent">
        {t('skip')}
      </a>
      <header className="border-line border-b">
        {service.ok && <ModeBanner service={service.value} className={wide} />}
        <div className={`${wide} flex flex-wrap items-center gap-x-8 pt-2 sm:py-2`}>
          <PageLink href="/" className="flex min-w-0 items-center gap-2 py-2 font-semibold text-lg">
            <Mark />
            <bdi className="truncate">{await readBrandName()}</bdi>
          </PageLink>
          <nav
            aria-label={t('pages')}
            className="order-last flex w-full flex-wrap gap-x-6 sm:order-none sm:w-auto"
          >
            <PageLink href="/models" className={navLink}>
              {t('models')}
            </PageLink>
            <PageLink href="/quick-start" className={navLink}>
              {t('quickStart')}
            </PageLink>
            <PageLink href="/credits" className={navLink}>
              {t('credits')}
            </PageLink>
            <PageLink href="/docs/api" className={navLink}>
              {t('apiReference')}
            </PageLink>
          </nav>
          <div className="ms-auto flex items-center gap-4">
            <PageLink href="/sign-in" className={navLink}>
              {t('signIn')}
            </PageLink>
            <LanguageSwitch />
          </div>
        </div>
      </header>
      <main id="content" className={`${wide} grow`}>
        <div className="page-content">{children}</div>
        <PageSkeleton label={t('loading')} />
      </main>
      <footer className="border-line border-t text-muted text-sm">
        <div className={`${wide} flex flex-wrap items-center justify-between gap-x-8 gap-y-2 py-5`}>
          <p>{t('privacy')}</p>
          <ThemeChoice />
        </div>
      </footer>
    </div>
  );
}
