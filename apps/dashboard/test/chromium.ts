import chromium from '@sparticuz/chromium';
import {
  type Browser,
  type BrowserContext,
  chromium as driver,
  type Page,
  type Response,
} from 'playwright-core';
import type { Locale } from '../i18n/locale';
import { watchLayout } from './page-measures';
import { type Watch, watchPage } from './page-watch';
import { someAddress } from './site.harness';
import { words } from './words';

export interface Reader {
  locale: Locale;
  width: 1280 | 390;
  theme: 'light' | 'dark';
}

/** Both languages at both widths, and each width in both themes. */
export const READERS: Reader[] = [
  { locale: 'en', width: 1280, theme: 'light' },
  { locale: 'ar', width: 1280, theme: 'dark' },
  { locale: 'en', width: 390, theme: 'dark' },
  { locale: 'ar', width: 390, theme: 'light' },
];

const LOADING = [words('en')('shell.loading'), words('ar')('shell.loading')];
const HEIGHT = 900;
/** What a page may take on a machine that is busy with other tests. */
const PATIENCE_MS = 20_000;

/**
 * Chromium from npm. `CHROMIUM_PATH` names another one, where the package has none for the machine.
 * The package's own arguments are for functions in a cloud: they put everything into one process, which ends with
 * its second window.
 */
export async function launchBrowser(): Promise<Browser> {
  return driver.launch({
    executablePath: process.env.CHROMIUM_PATH ?? (await chromium.executablePath()),
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--font-render-hinting=none'],
  });
}

/** Somebody at a browser of their own, who has seen no page of ours yet. */
export class Visit {
  private constructor(
    private readonly context: BrowserContext,
    readonly page: Page,
    readonly site: string,
    /** What went wrong on the pages so far. */
    readonly watch: Watch,
  ) {}

  static async start(browser: Browser, site: string, reader: Reader): Promise<Visit> {
    const context = await browser.newContext({
      baseURL: site,
      locale: reader.locale === 'ar' ? 'ar' : 'en-GB',
      viewport: { width: reader.width, height: HEIGHT },
      colorScheme: reader.theme,
      // What is still fading in has no contrast yet.
      reducedMotion: 'reduce',
      isMobile: reader.width < 600,
      hasTouch: reader.width < 600,
      permissions: ['clipboard-read', 'clipboard-write'],
      // Each visit comes from an address of its own, or sign-in's limit for a client would meet all of them.
      extraHTTPHeaders: { 'x-forwarded-for': someAddress() },
    });
    context.setDefaultTimeout(PATIENCE_MS);
    await context.addInitScript(watchLayout);
    const page = await context.newPage();
    return new Visit(context, page, site, watchPage(page, site));
  }

  /** Signed in already, by the cookies of another way in. */
  async carry(cookies: Map<string, string>): Promise<void> {
    await this.context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: this.site })));
  }

  /** Opens a page and waits until it is all there: what its data is read for comes behind its shapes. */
  async open(path: string): Promise<Response | null> {
    const answer = await this.page.goto(path, { waitUntil: 'load' });
    await this.page.waitForFunction((loading) => {
      const shapes = [...document.querySelectorAll('main [role="status"]')].filter((one) =>
        one.checkVisibility(),
      );
      return !shapes.some(({ textContent }) => loading.some((words) => textContent?.includes(words)));
    }, LOADING);
    return answer;
  }

  /** Reads on as another reader; felt by the next page that is opened. */
  async become(reader: Reader): Promise<void> {
    await this.context.addCookies([
      { name: 'locale', value: reader.locale, url: this.site },
      { name: 'theme', value: reader.theme, url: this.site },
    ]);
    await this.page.setViewportSize({ width: reader.width, height: HEIGHT });
  }

  close(): Promise<void> {
    return this.context.close();
  }
}
