import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchBrowser, READERS, Visit } from './chromium';
import { joinShots } from './contact-sheet';
import { inspect, report, type Seen, SHOTS } from './inspection';
import { routesIn } from './routes';
import { Site } from './site.harness';

const routes = [
  ...routesIn('public', {
    '/': ['/', '/?model=llama3.2%3A3b&prompt=1000000&completion=1000000'],
    '/models': ['/models', '/models?q=vision&tier=frontier-large', '/models?q=nothing-like-it'],
    '/models/[...id]': ['/models/llama3.2%3A3b', '/models/mistral-large-3%3A675b'],
  }),
  ...routesIn('auth', {
    '/invitation/[id]': ['/invitation/inv_01a2151af425700d81e0f9e07f95f5a0'],
    '/verified': ['/verified', '/verified?error=token_expired'],
    '/reset-password': [
      '/reset-password',
      '/reset-password?token=abc',
      '/reset-password?error=INVALID_TOKEN',
    ],
  }),
];

let site: Site;
let browser: Browser;
const seen: Seen[] = [];
beforeAll(async () => {
  [site, browser] = await Promise.all([Site.start(), launchBrowser()]);
});
afterAll(async () => {
  process.stdout.write(report(seen));
  if (browser) await joinShots(browser, SHOTS);
  await browser?.close();
  await site?.stop();
});

describe.each(READERS)('read in $locale at $width px, signed out', (reader) => {
  let visit: Visit;
  beforeAll(async () => {
    visit = await Visit.start(browser, site.url, reader);
  });
  afterAll(() => visit.close());

  it.each(routes)('$path is legible, whole, quiet and light', async ({ path }) => {
    seen.push(await inspect(visit, reader, { path, name: path }));
  });

  it('an address without a page says so, and nothing else', async () => {
    visit.watch.expectStatus(404);
    seen.push(await inspect(visit, reader, { path: '/no/such/page', name: 'no page', status: 404 }));
  });
});

it('each page has a title of its own', async () => {
  const visit = await Visit.start(browser, site.url, READERS[0]!);
  const titles = new Map<string, string>();
  for (const { pattern, path } of routes) {
    if (titles.has(pattern)) continue;
    await visit.page.goto(path);
    titles.set(pattern, await visit.page.title());
  }
  expect([...new Set(titles.values())]).toHaveLength(titles.size);
  await visit.close();
});
