import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchBrowser, READERS, Visit } from './chromium';
import { fillAccount } from './full-account';
import { inspect, report, type Seen } from './inspection';
import { routesIn } from './routes';
import { type Person, Site } from './site.harness';

let site: Site;
let browser: Browser;
/** By how much is in their account. */
let people: Record<'nothing' | 'little' | 'very much', Person>;
let requestIds: Record<'little' | 'very much', string>;
const seen: Seen[] = [];
beforeAll(async () => {
  [site, browser] = await Promise.all([Site.start(), launchBrowser()]);
  people = {
    nothing: await site.signUp('Nu Bee'),
    little: await site.signUp('Ada Lovelace'),
    'very much': await fillAccount(site),
  };
  await site.ask(people.little, 'POST', '/api/dashboard/keys', { name: 'Laptop' });
  await site.ask(people.little, 'POST', '/api/dashboard/playground/chat/completions', {
    model: 'llama3.2:3b',
    messages: [{ role: 'user', content: 'Say hello.' }],
  });
  requestIds = {
    little: await newestRequest(people.little),
    'very much': await newestRequest(people['very much']),
  };
});
afterAll(async () => {
  process.stdout.write(report(seen));
  await browser?.close();
  await site?.stop();
});

async function newestRequest(person: Person): Promise<string> {
  const { data } = await site.ask<{ data: { id: string }[] }>(
    person,
    'GET',
    '/api/dashboard/requests?limit=1',
  );
  return data[0]!.id;
}

/** A request is filled in when its account is there. */
const REQUEST = '/usage/[requestId]';
const routes = routesIn('console', { [REQUEST]: [REQUEST] });

describe.each(READERS)('read in $locale at $width px', (reader) => {
  let visit: Visit;
  beforeAll(async () => {
    visit = await Visit.start(browser, site.url, reader);
  });
  afterAll(() => visit.close());

  // With nothing and with little in it a page is looked at in half of the ways: what breaks there breaks early.
  const isHalf = reader.locale === 'en' ? reader.width === 1280 : reader.width === 390;
  const amounts = ['very much', isHalf ? 'nothing' : 'little'] as const;
  describe.each(amounts)('with %s in it', (amount) => {
    beforeAll(() => visit.carry(people[amount].cookies));
    const there = routes.filter(({ pattern }) => pattern !== REQUEST || amount !== 'nothing');

    it.each(there)('$path is legible, whole, quiet and light', async ({ pattern }) => {
      const path = pattern === REQUEST ? `/usage/${requestIds[amount as 'little']}` : pattern;
      seen.push(await inspect(visit, reader, { path, name: `${pattern}, ${amount}` }));
    });
  });
});

it('each page has a title of its own', async () => {
  const visit = await Visit.start(browser, site.url, READERS[0]!);
  await visit.carry(people.nothing.cookies);
  const titles: string[] = [];
  for (const { pattern } of routes) {
    await visit.page.goto(pattern === REQUEST ? `/usage/${requestIds.little}` : pattern);
    titles.push(await visit.page.title());
  }
  expect([...new Set(titles)]).toHaveLength(titles.length);
  await visit.close();
});
