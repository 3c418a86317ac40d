import { getTranslations } from 'next-intl/server';
import type { ReactNode } from 'react';
import { ModeBanner } from '@/components/mode-banner';
import { type PalettePage } from '@/components/palette/palette';
import { PaletteButton } from '@/components/palette/palette-button';
import { LanguageSwitch, ThemeChoice } from '@/components/preferences';
import { readService } from '@/lib/api/public';
import type { Me } from '@/lib/api/session';
import { CONSOLE_PAGES, OPERATOR_PAGES } from './pages';
import { RailSheet } from './rail-sheet';
import { UserMenu } from './user-menu';

const side = 'px-4 sm:px-6';

/** The frame of a console: the rail at the start side, the bar on top, the page. `edge` marks whose console it is. */
export async function ShellFrame({
  me,
  rail,
  start,
  end,
  notices,
  edge = '',
  children,
}: {
  me: Me;
  rail: ReactNode;
  /** In the bar, after the phone's button for the rail. */
  start?: ReactNode;
  /** In the bar, before the person's menu. */
  end?: ReactNode;
  /** Under the bar, on every page. */
  notices?: ReactNode;
  edge?: string;
  children: ReactNode;
}) {
  const t = await getTranslations('console');
  const shell = await getTranslations('shell');
  const service = await readService();
  return (
    <div className={`min-h-dvh lg:grid lg:grid-cols-[14rem_minmax(0,1fr)] ${edge}`}>
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
          {start}
          <PaletteButton pages={await palettePages(me)} />
          <div className="ms-auto flex min-w-0 items-center gap-2">
            {end}
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
        {notices}
        <main id="content" className={`mx-auto w-full max-w-6xl py-6 ${side}`}>
          {children}
        </main>
      </div>
    </div>
  );
}

/** Every page there is for this person, in their language. */
async function palettePages(me: Me): Promise<PalettePage[]> {
  const t = await getTranslations('console.pages');
  const pages = me.user.isOperator ? [...CONSOLE_PAGES, ...OPERATOR_PAGES] : CONSOLE_PAGES;
  return pages.map(({ href, label }) => ({ href, label: t(label) }));
}
