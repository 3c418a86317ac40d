import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchBrowser, READERS, Visit } from './chromium';
import { fillAccount } from './full-account';
import { type Person, Site } from './site.harness';
import { words } from './words';

/** Over HTTP; on the page itself, where each takes a browser its time. */
const FILTERS = 200;
const FILTERS_ON_THE_PAGE = 20;
const DAY_MS = 86_400_000;
const OUTCOMES = ['completed', 'client_left', 'upstream_error', 'upstream_broke', 'timed_out'];

interface Filter {
  from: string;
  /** The last day, as the page counts. */
  to: string;
  model?: string;
  key?: string;
  outcome?: string;
}
interface Sums {
  requests: number;
  millicredits: bigint;
}

let site: Site;
let browser: Browser;
let person: Person;
let models: string[];
let keys: string[];
beforeAll(async () => {
  [site, browser] = await Promise.all([Site.start(), launchBrowser()]);
  person = await fillAccount(site);
  const named = (column: string) =>
    site.database
      .query(`SELECT DISTINCT ${column} AS value FROM usage_records WHERE account_id = ${ACCOUNT}`, [
        person.email,
      ])
      .then(({ rows }) => rows.map(({ value }) => value as string));
  [models, keys] = await Promise.all([named('model'), named('key_id')]);
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

/** The one that is not their personal account. */
const ACCOUNT = `(SELECT m.account_id FROM members m JOIN users u ON u.id = m.user_id
  JOIN accounts a ON a.id = m.account_id WHERE u.email = $1 AND a.kind = 'team')`;
const pick = <T>(from: readonly T[]): T => from[randomInt(from.length)]!;
const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const keyId = (uuid: string) => `key_${uuid.replaceAll('-', '')}`;

function someFilter(): Filter {
  const toMs = Date.now() - randomInt(360) * DAY_MS;
  return {
    from: day(toMs - randomInt(120) * DAY_MS),
    to: day(toMs),
    ...(randomInt(2) && { model: pick(models) }),
    ...(randomInt(2) && { key: pick(keys) }),
    ...(randomInt(3) === 0 && { outcome: pick(OUTCOMES) }),
  };
}

/** By the ledger's own entries, with nothing of the rollups in it. */
async function fromEntries({ from, to, model, key, outcome }: Filter): Promise<Sums> {
  const { rows } = await site.database.query(
    `SELECT count(*) AS requests, coalesce(sum(e.amount), 0) AS amount FROM usage_records u
     LEFT JOIN ledger_entries e ON e.account_id = u.account_id AND e.kind = 'charge' AND e.reference = u.request_id::text
     WHERE u.account_id = ${ACCOUNT} AND u.settled_at >= $2::timestamptz AND u.settled_at < $3::timestamptz + interval '1 day'
       AND ($4::text IS NULL OR u.model = $4) AND ($5::uuid IS NULL OR u.key_id = $5) AND ($6::text IS NULL OR u.outcome = $6)`,
    [person.email, `${from}T00:00:00Z`, `${to}T00:00:00Z`, model ?? null, key ?? null, outcome ?? null],
  );
  return { requests: Number(rows[0].requests), millicredits: BigInt(rows[0].amount) };
}

function queryOf({ to, key, ...rest }: Filter, end: 'inclusive' | 'exclusive'): URLSearchParams {
  const last = end === 'inclusive' ? to : day(Date.parse(to) + DAY_MS);
  return new URLSearchParams({ ...rest, to: last, ...(key && { key: keyId(key) }) });
}

async function fromCsv(filter: Filter): Promise<Sums> {
  const csv = await site.ask<string>(
    person,
    'GET',
    `/api/dashboard/usage.csv?${queryOf(filter, 'exclusive')}`,
  );
  const [head = '', ...lines] = csv.trimEnd().split('\r\n');
  const at = head.split(',').indexOf('credits');
  return { requests: lines.length, millicredits: sum(lines.map((line) => line.split(',')[at])) };
}

/** Of figures as people and files write them, in whole thousandths. */
function sum(figures: (string | undefined | null)[]): bigint {
  return figures.reduce((total, text) => {
    const [whole = '0', thousandths = ''] = (text ?? '').replaceAll(',', '').split('.');
    return total + BigInt(whole) * 1000n + BigInt(thousandths.padEnd(3, '0'));
  }, 0n);
}

it(`${FILTERS} random filters come to the same in the CSV as by the ledger's entries, to the millicredit`, async () => {
  for (let n = 0; n < FILTERS; n++) {
    const filter = someFilter();
    expect({ filter, ...(await fromCsv(filter)) }).toEqual({ filter, ...(await fromEntries(filter)) });
  }
});

it(`${FILTERS_ON_THE_PAGE} of them on the page, in its figures, its chart's table and its totals`, async () => {
  const visit = await Visit.start(browser, site.url, READERS[0]!);
  await visit.carry(person.cookies);
  for (let n = 0; n < FILTERS_ON_THE_PAGE; n++) {
    const filter = someFilter();
    const expected = await fromEntries(filter);
    await visit.open(`/usage?${queryOf(filter, 'inclusive')}`);
    const nothing = visit.page.getByText(words('en')('usage.empty'));
    await visit.page.locator('main dl dd').first().or(nothing).waitFor();
    const shown = await visit.page.evaluate(() => ({
      figures: [...document.querySelectorAll('main dl dd')].map(
        (element) => element.firstChild?.textContent ?? '',
      ),
      chart: [...document.querySelectorAll('details table tbody td')].map(({ textContent }) => textContent),
      totals: [...document.querySelectorAll('main section table')].map((table) =>
        [...table.querySelectorAll('tbody tr')].map((row) => row.lastElementChild?.textContent),
      ),
    }));
    if (expected.requests === 0) {
      expect(shown.figures).toEqual([]);
      continue;
    }
    expect({
      filter,
      credits: sum([shown.figures[0]]),
      requests: Number(shown.figures[1]?.replaceAll(',', '')),
    }).toEqual({
      filter,
      credits: expected.millicredits,
      requests: expected.requests,
    });
    expect(sum(shown.chart)).toBe(expected.millicredits);
    expect(shown.totals.map(sum)).toContain(expected.millicredits);
  }
  expect(visit.watch.take()).toEqual([]);
  await visit.close();
});
