import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiHarness } from '../api.harness.js';
import { ANSWERS, SLASHED_MODEL } from './answer-expectations.js';
import { CAPABILITIES, type Capability, type Sdk } from './capabilities.js';
import { FAILURES } from './failure-expectations.js';
import { CHAT_MODEL, CREDITS, Scene } from './scene.js';
import { ServerTraffic } from './server-traffic.js';

const EXPECTATIONS: Record<Capability, (scene: Scene) => Promise<void>> = { ...ANSWERS, ...FAILURES };
const ROWS = Object.entries(CAPABILITIES) as [Capability, string][];

/** Runs every row of the table with one SDK, then holds its column of the document against what ran. */
export function conform(sdk: Sdk): void {
  const name = sdk.packages.at(-1);
  let api: ApiHarness;
  let traffic: ServerTraffic;

  beforeAll(async () => {
    api = await ApiHarness.start({
      prepare: async (pool) => {
        await pool.query(
          `INSERT INTO models (id, name, family, vendor, category, capabilities, context_window, tier, state)
           SELECT $1, $1, 'test', 'test', 'chat', '{}', 8192, tier, 'active' FROM models WHERE id = $2`,
          [SLASHED_MODEL, CHAT_MODEL],
        );
      },
    });
    traffic = new ServerTraffic(Number(new URL(api.url()).port));
  });
  afterAll(async () => {
    traffic.close();
    await api.close();
  });

  describe(`through ${name}`, () => {
    it.each(ROWS)('%s: %s', async (capability) => {
      const credits = capability === 'error402' ? 0 : CREDITS;
      await EXPECTATIONS[capability](await Scene.open({ api, traffic, sdk }, { capability, credits }));
    });

    it('the books add up after all of it', async () => {
      expect(await api.differences()).toEqual([]);
    });

    it('what ran is what docs/compatibility.md says', () => {
      expect(documented(sdk)).toEqual(ROWS.map(([row, title]) => [title, sdk.remarks[row] ?? 'yes']));
    });
  });
}

/** The document's rows: title and this SDK's cell, found by the exact versions that are installed. */
function documented(sdk: Sdk): string[][] {
  const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const heading = sdk.packages.map((one) => `\`${one}\` ${devDependencies[one]}`).join(', ');
  const table = readFileSync('docs/compatibility.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const start = table.findIndex((cells) => cells.includes(heading));
  if (start < 0) throw new Error(`docs/compatibility.md has no column "${heading}"`);
  const column = table[start]!.indexOf(heading);
  const rows = table.slice(start + 2);
  const end = rows.findIndex((cells) => cells.length !== table[start]!.length);
  return (end < 0 ? rows : rows.slice(0, end)).map((cells) => [cells[0]!, cells[column]!]);
}
