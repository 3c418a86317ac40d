import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchBrowser, READERS, Visit } from './chromium';
import { Hand } from './hand';
import { routesIn } from './routes';
import { type Person, Site } from './site.harness';

const ELEMENT = '<img src=x onerror=alert(1)>';
const SCRIPT = `"'><script>alert(2)</script>`;
const FORMULA = '=HYPERLINK("http://elsewhere.example","x")';
/** What Markdown could be talked into: raw elements, addresses that run, pictures that tell on the reader. */
const MARKDOWN = [
  ELEMENT,
  SCRIPT,
  '<svg onload=alert(3)><iframe src=javascript:alert(4)></iframe>',
  '[here](javascript:alert%285%29)',
  '[there](data:text/html,<script>alert%286%29</script>)',
  '![a picture](https://elsewhere.example/pixel.png)',
].join(' and ');

let site: Site;
let browser: Browser;
let eve: Person;
let ids: { request: string; mail: string };
beforeAll(async () => {
  [site, browser] = await Promise.all([Site.start(), launchBrowser()]);
  eve = await site.signUp(`${ELEMENT} Eve`);
  await site.ask(eve, 'PATCH', '/api/dashboard/account', { name: `${SCRIPT} & sons` });
  await site.ask(eve, 'POST', '/api/dashboard/keys', { name: ELEMENT });
  await site.ask(eve, 'POST', '/api/dashboard/keys', { name: FORMULA });
  await site.ask(eve, 'POST', '/api/dashboard/playground/chat/completions', {
    model: 'llama3.2:3b',
    messages: [{ role: 'user', content: `${ELEMENT} ${FORMULA}` }],
  });
  await site.ask(eve, 'POST', '/api/dashboard/team/invitations', {
    email: 'mallory@example.com',
    role: 'admin',
  });
  // The catalog lets in no such name; a host's own data base may.
  await site.database.query(`UPDATE usage_records SET model = $1`, [FORMULA]);
  await site.database.query(`UPDATE usage_rollups SET model = $1`, [`${ELEMENT}${SCRIPT}`]);
  await site.database.query(`UPDATE users SET role = 'operator' WHERE email = $1`, [eve.email]);
  const { data: requests } = await list('/api/dashboard/requests');
  const { data: mails } = await list('/api/operator/mails?to=mallory%40example.com');
  ids = { request: requests[0]!.id, mail: mails[0]!.id };
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

const list = (path: string) => site.ask<{ data: { id: string; subject: string }[] }>(eve, 'GET', path);

/** Elements that only what somebody typed can have made. */
const injected = ({ page }: Visit) =>
  page
    .locator(
      '[onerror], [onload], img[src="x"], iframe[src^="javascript:"], a[href^="javascript:" i], a[href^="data:" i], img[src*="elsewhere"]',
    )
    .or(page.locator('script').filter({ hasText: 'alert(' }).locator('visible=true'))
    .count();

describe.each([READERS[0]!, READERS[3]!])('hostile words, read in $locale at $width px', (reader) => {
  let visit: Visit;
  beforeAll(async () => {
    visit = await Visit.start(browser, site.url, reader);
    await visit.carry(eve.cookies);
  });
  afterAll(() => visit.close());

  const routes = [...routesIn('console', { '/catalog/[...id]': ['/catalog'] }), ...routesIn('operator', {})];
  it.each(routes)('are only words on $pattern', async ({ path }) => {
    await visit.open(
      path
        .replace('/usage/[requestId]', `/usage/${ids.request}`)
        .replace('/mails/[id]', `/mails/${ids.mail}`),
    );
    expect(await visit.page.locator('body').innerText()).toContain('<img src=x');
    expect(await injected(visit)).toBe(0);
    expect(visit.watch.take()).toEqual([]);
  });

  it('are only words in a question of the playground, and its answer makes no element, link or request of them', async () => {
    const hand = new Hand(visit.page, reader.locale);
    await visit.page.goto('/playground');
    await hand.type('playground.question', `[[sandbox: say=${MARKDOWN}]] ${ELEMENT}`);
    await hand.press('playground.send');
    await visit.page.getByRole('link', { name: hand.say('playground.receipt') }).waitFor();
    // In the question it stands in brackets: this is the answer, as Markdown.
    await visit.page
      .getByText(/(^|[^[])there($|[^\]])/)
      .first()
      .waitFor();
    expect(await injected(visit)).toBe(0);
    expect(visit.watch.take()).toEqual([]);
  });
});

it('a CSV has no cell that a spreadsheet would run', async () => {
  const csv = await site.ask<string>(eve, 'GET', '/api/dashboard/usage.csv');
  expect(csv).toContain('HYPERLINK');
  for (const line of csv.split('\r\n'))
    for (const cell of line.split(',')) expect(cell.replace(/^"/, '')).not.toMatch(/^[=+\-@\t\r]\D/);
});

it('a name becomes no header of a mail', async () => {
  const broken = 'Eve\r\nBcc: victim@example.com';
  await site.ask(eve, 'PATCH', '/api/dashboard/account', { name: broken }).catch(() => undefined);
  await site.ask(eve, 'POST', '/api/dashboard/team/invitations', {
    email: 'trudy@example.com',
    role: 'viewer',
  });
  const { data } = await list('/api/operator/mails?to=trudy%40example.com');
  expect(data[0]!.subject).not.toMatch(/[\r\n]/);
});
