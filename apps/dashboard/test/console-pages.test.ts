import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchBrowser, READERS, Visit } from './chromium';
import { joinShots } from './contact-sheet';
import { fillAccount } from './full-account';
import { inspect, report, type Seen, SHOTS } from './inspection';
import { type Route, routesIn } from './routes';
import { type Person, Site } from './site.harness';

let site: Site;
let browser: Browser;
/** By how much is in their account. */
let people: Record<'nothing' | 'little' | 'very much', Person>;
let requestIds: Record<'little' | 'very much', string>;
let mailId: string;
let invitationId: string;
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
  await site.database.query(`UPDATE users SET role = 'operator' WHERE email = $1`, [
    people['very much'].email,
  ]);
  const { data } = await site.ask<{ data: { id: string }[] }>(
    people['very much'],
    'GET',
    '/api/operator/mails?limit=1',
  );
  mailId = data[0]!.id;
  const invited = { email: people.little.email, role: 'developer' };
  await site.ask(people['very much'], 'POST', '/api/dashboard/team/invitations', invited);
  invitationId = (await site.linkMailedTo(people.little.email)).split('/').at(-1)!;
  requestIds = {
    little: await newestRequest(people.little),
    'very much': await newestRequest(people['very much']),
  };
});
afterAll(async () => {
  process.stdout.write(report(seen));
  if (browser) await joinShots(browser, SHOTS);
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

/** Filled in when they are there. */
const REQUEST = '/usage/[requestId]';
const MAIL = '/operator/mails/[id]';
const INVITATION = '/invitation/[id]';
const routes = [
  ...routesIn('console', { '/catalog/[...id]': ['/catalog/llama3.2%3A3b'] }),
  ...routesIn('operator', {}),
  ...routesIn('auth', {}).filter(({ pattern }) => pattern === INVITATION),
];
const pathOf = ({ path }: Route, amount: string) =>
  path
    .replace(REQUEST, `/usage/${requestIds[amount as 'little']}`)
    .replace(MAIL, `/operator/mails/${mailId}`)
    .replace(INVITATION, `/invitation/${invitationId}`);
/** What this person has at all: a receipt needs a request, and the long-named one is the operator. */
const has = ({ pattern }: Route, amount: string) =>
  amount === 'very much' ||
  !(pattern.startsWith('/operator') || (pattern === REQUEST && amount === 'nothing'));

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
    const there = routes.filter((route) => has(route, amount));

    it.each(there)('$path is legible, whole, quiet and light', async (route) => {
      seen.push(
        await inspect(visit, reader, { path: pathOf(route, amount), name: `${route.path}, ${amount}` }),
      );
    });
  });
});

it('each page has a title of its own', async () => {
  const visit = await Visit.start(browser, site.url, READERS[0]!);
  await visit.carry(people['very much'].cookies);
  const titles: string[] = [];
  for (const route of routes) {
    await visit.page.goto(pathOf(route, 'very much'));
    titles.push(await visit.page.title());
  }
  expect([...new Set(titles)]).toHaveLength(titles.length);
  await visit.close();
});

it('Overview has its balance in sight, however many alerts are open', async () => {
  const visit = await Visit.start(browser, site.url, READERS[0]!);
  await visit.carry(people['very much'].cookies);
  await visit.page.goto('/overview');
  const open = visit.page.getByRole('region', { name: 'Needs your attention' });
  expect(await open.getByRole('listitem').count()).toBe(4);
  await open.getByRole('link', { name: 'All alerts' }).click();
  await visit.page.waitForURL('**/alerts');
  await visit.close();
});
