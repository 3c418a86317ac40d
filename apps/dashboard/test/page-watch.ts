import type { Page } from 'playwright-core';

/** What a page did that no page may. */
export interface Watch {
  /** Empties what was found. */
  take(): string[];
  /** An answer that the test itself provokes, such as a refused sign-in: the browser complains of it on the console. */
  expectStatus(status: number): void;
}

/** Collects errors on the console, uncaught errors, dialogs, and requests that leave for another host. */
export function watchPage(page: Page, site: string): Watch {
  let found: string[] = [];
  const expected = new Set<number>();
  const host = new URL(site).host;
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    const status = /status of (\d+)/.exec(message.text())?.[1];
    if (status && expected.has(Number(status))) return;
    // Ours: what watches the layout is handed to every frame, and a mail's lets no script in.
    if (message.location().url === 'about:srcdoc' && message.text().startsWith('Blocked script')) return;
    found.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => found.push(`uncaught: ${error.message}`));
  page.on('dialog', (dialog) => {
    found.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.host !== host && url.protocol !== 'data:' && url.protocol !== 'blob:')
      found.push(`another host: ${request.url()}`);
  });
  return {
    take() {
      const taken = found;
      found = [];
      return taken;
    },
    expectStatus: (status) => void expected.add(status),
  };
}
