import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { seriousFindings } from './axe';
import type { Reader, Visit } from './chromium';
import { type Measures, measurePage } from './page-measures';
import { readMessages, words } from './words';

/** Thousands, as in 180 KB. */
const MOST_SCRIPT_BYTES = 180_000;
const MOST_LAYOUT_SHIFT = 0.1;
const SHOT_HEIGHT = 2_400;
export const SHOTS = join(import.meta.dirname, 'screenshots');
/** What stands in the place of something that could not be had. */
const away = (['en', 'ar'] as const).flatMap((locale) =>
  ['states.unreachable', 'states.failed', 'console.noBalance'].map((path) => words(locale)(path)),
);
const namespaces = Object.keys(readMessages('en'));

/** One line a page, for the report at the end. */
export interface Seen {
  name: string;
  scriptBytes: number;
  layoutShift: number;
}

/** Opens a page as this reader, and expects of it what every page must be; leaves a picture of it. */
export async function inspect(
  visit: Visit,
  reader: Reader,
  at: { path: string; name: string; status?: number },
): Promise<Seen> {
  const { page } = visit;
  await visit.become(reader);
  const answer = await visit.open(at.path);
  expect(answer?.status()).toBe(at.status ?? 200);
  expect(page.url().replace(visit.site, '')).toBe(at.path);
  const measures = await settledMeasures(visit);
  const { scriptBytes, layoutShift } = measures;
  const faults = [...measures.faults, ...(await seriousFindings(page))];
  await takeShot(visit, `${at.name} ${reader.locale} ${reader.width} ${reader.theme}`);
  const other = reader.theme === 'dark' ? 'light' : 'dark';
  await page.evaluate((theme) => document.documentElement.setAttribute('data-theme', theme), other);
  faults.push(...(await seriousFindings(page, 'color-contrast')).map((fault) => `${other}: ${fault}`));
  if (measures.headings !== 1) faults.push(`${measures.headings} headings of level 1`);
  if (layoutShift >= MOST_LAYOUT_SHIFT) faults.push(`what is shown moves by ${layoutShift.toFixed(3)}`);
  if (scriptBytes > MOST_SCRIPT_BYTES) faults.push(`${scriptBytes} bytes of script`);
  faults.push(...visit.watch.take());
  expect(faults).toEqual([]);
  return { name: at.name, scriptBytes, layoutShift };
}

/** Fonts and what comes by script belong to what is looked at. */
async function settledMeasures({ page }: Visit): Promise<Measures> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  });
  return page.evaluate(measurePage, { namespaces, away });
}

export async function takeShot({ page }: Visit, name: string): Promise<void> {
  await mkdir(SHOTS, { recursive: true });
  const { width, height } = await page.evaluate(() => ({
    width: innerWidth,
    height: document.documentElement.scrollHeight,
  }));
  await page.screenshot({
    path: join(SHOTS, `${name.replace(/^\W+/, '').replaceAll(/[^\w]+/g, '-')}.jpg`),
    type: 'jpeg',
    quality: 70,
    fullPage: true,
    clip: { x: 0, y: 0, width, height: Math.min(height, SHOT_HEIGHT) },
  });
}

/** Each page's scripts and shift: the worst of its readers. */
export function report(seen: Seen[]): string {
  const pages = Map.groupBy(seen, ({ name }) => name);
  const lines = [...pages].map(([name, all]) => {
    const kilobytes = Math.max(...all.map(({ scriptBytes }) => scriptBytes)) / 1000;
    const shift = Math.max(...all.map(({ layoutShift }) => layoutShift));
    return `${name.padEnd(44)} ${kilobytes.toFixed(1).padStart(7)} KB of script  shift ${shift.toFixed(3)}`;
  });
  return `${lines.join('\n')}\n`;
}
