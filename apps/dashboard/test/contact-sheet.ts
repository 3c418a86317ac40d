import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Browser } from 'playwright-core';

const SHEET = 'contact-sheet.jpg';
const COLUMNS = 12;
const THUMB_WIDTH = 250;
const THUMB_HEIGHT = 340;

/** Joins the pictures of a folder into one, so that all pages are seen at once. */
export async function joinShots(browser: Browser, folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jpg') && name !== SHEET).sort();
  const figures = await Promise.all(
    names.map(async (name) => {
      const data = (await readFile(join(folder, name))).toString('base64');
      return `<figure><img src="data:image/jpeg;base64,${data}"><figcaption>${basename(name, '.jpg')}</figcaption></figure>`;
    }),
  );
  const page = await browser.newPage({ viewport: { width: COLUMNS * (THUMB_WIDTH + 10) + 10, height: 600 } });
  await page.setContent(
    `<style>
      body { margin: 5px; display: flex; flex-wrap: wrap; font: 11px sans-serif; background: #888 }
      figure { margin: 5px; width: ${THUMB_WIDTH}px }
      img { display: block; width: 100%; height: ${THUMB_HEIGHT}px; object-fit: contain; object-position: top; background: #777 }
      figcaption { overflow-wrap: anywhere; color: #fff }
    </style>${figures.join('')}`,
  );
  await page.screenshot({ path: join(folder, SHEET), type: 'jpeg', quality: 75, fullPage: true });
  await page.close();
}
