import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, READERS, Visit } from './chromium';
import { Hand } from './hand';
import { eventually, PASSWORD, type Person, Site } from './site.harness';

const MODELS = ['llama3.2:3b', 'gemma2:9b'];
const OTHER_PASSWORD = 'a stapled battery of horses';

let site: Site;
let browser: Browser;
beforeAll(async () => {
  [site, browser] = await Promise.all([Site.start(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

describe.each(READERS)('somebody who has used it for a while, reading $locale at $width px', (reader) => {
  let ada: Person;
  let key: { id: string; key: string };
  let visit: Visit;
  let page: Page;
  let hand: Hand;
  beforeAll(async () => {
    ada = await site.signUp('Ada Lovelace');
    key = await site.ask(ada, 'POST', '/api/dashboard/keys', { name: 'Backend' });
    for (const model of MODELS) expect(await chat(model)).toBe(200);
    visit = await Visit.start(browser, site.url, reader);
    page = visit.page;
    hand = new Hand(page, reader.locale);
  });
  afterAll(() => visit.close());

  const chat = async (model: string) => {
    const answer = await fetch(`${site.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Say hello.' }] }),
    });
    return answer.status;
  };
  const signIn = async (password: string) => {
    await hand.type('auth.email', ada.email);
    await hand.type('auth.password', password);
    await hand.press('auth.signIn');
  };
  const report = (text: string) => process.stdout.write(`${reader.locale} ${reader.width}: ${text}\n`);
  const openMenu = () => hand.click(page.getByRole('button', { name: ada.name, exact: true }));
  const listed = () => page.getByRole('region', { name: hand.say('usage.list') }).locator('tbody tr');

  it('is led to sign in and back, and told in their language when the password is wrong', async () => {
    visit.watch.expectStatus(401);
    await page.goto(`/usage?model=${encodeURIComponent(MODELS[0]!)}`);
    await page.getByRole('heading', { level: 1, name: hand.say('auth.signIn') }).waitFor();
    await signIn('not the password');
    await page.getByText(hand.say('failure.codes.invalid_email_or_password')).waitFor();
    await signIn(PASSWORD);
    await hand.isAt('usage');
    expect(new URL(page.url()).searchParams.get('model')).toBe(MODELS[0]);
    expect(visit.watch.take()).toEqual([]);
  });

  it('narrows usage by the address, and the back button undoes it', async () => {
    await page.goto('/usage');
    await page.waitForFunction(
      (count) => document.querySelectorAll('tbody a[href^="/usage/req"]').length === count,
      2,
    );
    await hand.choose('usage.model', MODELS[1]!);
    await hand.press('usage.apply');
    await page.waitForURL(/[?&]model=/);
    await page.waitForFunction(() => document.querySelectorAll('tbody a[href^="/usage/req"]').length === 1);
    await page.goBack();
    await page.waitForFunction(() => document.querySelectorAll('tbody a[href^="/usage/req"]').length === 2);
    expect(new URL(page.url()).searchParams.has('model')).toBe(false);
    expect(visit.watch.take()).toEqual([]);
  });

  it('downloads a CSV that says what the list says', async () => {
    const shown = await listed().evaluateAll((rows) =>
      rows.map((row) => ({
        id: row.querySelector('a')?.getAttribute('href')?.split('/').at(-1),
        credits: row.lastElementChild?.textContent,
      })),
    );
    const [download] = await Promise.all([page.waitForEvent('download'), hand.follow('csv.export')]);
    const [head = '', ...lines] = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
    const columns = head.split(',');
    const rows = lines.map((line) => line.split(','));
    const column = (row: string[], name: string) => row[columns.indexOf(name)];
    expect(shown).toHaveLength(MODELS.length);
    expect(rows.map((row) => [column(row, 'request_id'), Number(column(row, 'credits'))])).toEqual(
      shown.map(({ id, credits }) => [id, Number(credits?.replaceAll(',', ''))]),
    );
  });

  it('reads an answer of the playground as it comes, with what it cost', async () => {
    await hand.go('playground');
    await hand.choose('playground.model', MODELS[0]!);
    await hand.type('playground.question', '[[sandbox: tokens=60; ms=25]] Count to sixty.');
    await hand.press('playground.send');
    await page.getByText(hand.say('playground.answering')).waitFor();
    const receipt = page.getByRole('link', { name: hand.say('playground.receipt') });
    expect(await receipt.count()).toBe(0);
    await receipt.waitFor();
    const path = await receipt.getAttribute('href');
    const request = await site.ask<{ credits: number; completionTokens: number; source: string }>(
      ada,
      'GET',
      `/api/dashboard/requests/${path?.split('/').at(-1)}`,
    );
    expect(request).toMatchObject({ completionTokens: 60, source: 'playground' });
    await page
      .getByRole('listitem')
      .filter({ has: receipt })
      .getByText(shownCredits(request.credits))
      .waitFor();
    expect(visit.watch.take()).toEqual([]);
  });

  it('finds a page, a key, a model and a request by typing', async () => {
    const find = async (text: string, option: string) => {
      if (reader.width > 600) await page.keyboard.press('Control+k');
      else await hand.click(page.getByRole('button', { name: hand.say('palette.open') }));
      await page.getByPlaceholder(hand.say('palette.hint')).fill(text);
      await page.getByRole('option').filter({ hasText: option }).first().waitFor();
      await page.keyboard.press('Enter');
    };
    const { data } = await site.ask<{ data: { id: string }[] }>(
      ada,
      'GET',
      '/api/dashboard/requests?limit=1',
    );
    await find(hand.say('console.pages.billing'), hand.say('console.pages.billing'));
    await hand.isAt('billing');
    await find('Backend', 'Backend');
    await hand.isAt('keys');
    await find(MODELS[1]!, MODELS[1]!);
    await page.waitForURL(/\/catalog\//);
    await find(data[0]!.id, data[0]!.id);
    await page.waitForURL(`**/usage/${data[0]!.id}`);
    expect(visit.watch.take()).toEqual([]);
  });

  it('answers "which key uses this model" in a few clicks', async () => {
    const [startedAt, clicks] = [performance.now(), hand.clicks];
    await hand.go('usage');
    await hand.choose('usage.model', MODELS[1]!);
    await hand.press('usage.apply');
    await hand.follow('usage.by.key');
    const totals = page.getByRole('region', { name: hand.say('usage.breakdown') });
    await totals.getByRole('link', { name: 'Backend' }).waitFor();
    report(`which key uses a model: ${hand.clicks - clicks} clicks, ${secondsSince(startedAt)} s`);
    expect(visit.watch.take()).toEqual([]);
  });

  it('answers "what did that day cost" in a few clicks', async () => {
    await page.goto('/overview');
    const [startedAt, clicks] = [performance.now(), hand.clicks];
    await hand.click(page.locator('summary').filter({ hasText: hand.say('chart.asTable') }));
    await page.locator('time[datetime]').last().waitFor();
    report(`what did a day cost: ${hand.clicks - clicks} clicks, ${secondsSince(startedAt)} s`);
  });

  it('revokes a key, which is refused from then on', async () => {
    expect(await chat(MODELS[0]!)).toBe(200);
    await hand.go('keys');
    await hand.click(page.getByRole('button', { name: hand.say('keys.actionsOf', { name: 'Backend' }) }));
    await hand.click(page.getByRole('button', { name: hand.say('keys.steps.revoke') }));
    const question = page.getByRole('dialog', { name: hand.say('keys.titles.revoke', { name: 'Backend' }) });
    await hand.press('keys.steps.revoke', question);
    await question.waitFor({ state: 'detached' });
    await eventually(async () => ((await chat(MODELS[0]!)) === 401 ? true : null));
    expect(visit.watch.take()).toEqual([]);
  });

  it('changes language and theme, and both stay', async () => {
    const other = reader.locale === 'en' ? { locale: 'ar', dir: 'rtl' } : { locale: 'en', dir: 'ltr' };
    const html = page.locator('html');
    await openMenu();
    await hand.click(page.getByRole('button', { name: other.locale === 'ar' ? 'العربية' : 'English' }));
    await page.locator(`html[lang=${other.locale}][dir=${other.dir}]`).waitFor();
    await openMenu();
    await hand.click(page.getByRole('button', { name: reader.locale === 'en' ? 'English' : 'العربية' }));
    await page.locator(`html[lang=${reader.locale}]`).waitFor();
    await openMenu();
    await hand.press('shell.themes.dark');
    await page.locator('html[data-theme=dark]').waitFor();
    await page.goto('/');
    expect(await html.getAttribute('data-theme')).toBe('dark');
    expect(await html.getAttribute('lang')).toBe(reader.locale);
    expect(visit.watch.take()).toEqual([]);
  });

  it('signs out, and comes back with a new password by the link of a mail', async () => {
    await page.goto('/overview');
    await openMenu();
    await hand.press('console.signOut');
    await page.getByRole('heading', { level: 1, name: hand.say('auth.signIn') }).waitFor();
    await hand.follow('auth.forgot');
    await page.getByRole('heading', { level: 1, name: hand.say('auth.forgotTitle') }).waitFor();
    await hand.type('auth.email', ada.email);
    await hand.press('auth.sendLink');
    await page.getByText(hand.say('auth.checkMail')).waitFor();
    expect((await site.mailTo(ada.email)).kind).toBe('password_reset');
    await page.goto(await site.linkMailedTo(ada.email));
    await hand.type('auth.newPassword', OTHER_PASSWORD);
    await hand.press('auth.savePassword');
    await page.getByText(hand.say('auth.passwordChanged')).waitFor();
    await hand.follow('auth.signIn', page.getByRole('status'));
    await signIn(PASSWORD);
    await page.getByText(hand.say('failure.codes.invalid_email_or_password')).waitFor();
    await signIn(OTHER_PASSWORD);
    await hand.isAt('overview');
    expect(visit.watch.take()).toEqual([]);
  });
});

const shownCredits = (credits: number) => credits.toLocaleString('en', { maximumFractionDigits: 3 });
const secondsSince = (startedAt: number) => ((performance.now() - startedAt) / 1000).toFixed(1);
