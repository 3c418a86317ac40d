import { describe, expect, it } from '@jest/globals';
import {
  databaseTime,
  noFocusedTest,
  noLeftovers,
  noWorkplace,
  settingsInOnePlace,
} from './rules/contents.ts';
import { emptyNames, fileNames, migrationNames, synonyms } from './rules/names.ts';
import type { Rule } from './rules/rule.ts';
import { fileSize, libReadme, pageSize } from './rules/sizes.ts';

const lines = (count: number) => 'x;\n'.repeat(count);
/** What a rule says about one file, or about a small tree. */
const broken = (rule: Rule, ...files: [path: string, text?: string][]) =>
  rule(files.map(([path, text = '']) => ({ path, text }))).map(({ path, line }) =>
    line ? `${path}:${line}` : path,
  );

describe('sizes', () => {
  it('a file of 300 lines passes and one of 301 does not, generated files apart', () => {
    expect(broken(fileSize, ['libs/a/src/a.ts', lines(300)])).toEqual([]);
    expect(broken(fileSize, ['libs/a/src/a.ts', lines(301)])).toEqual(['libs/a/src/a.ts']);
    expect(broken(fileSize, ['apps/dashboard/lib/api/generated/schema.ts', lines(9000)])).toEqual([]);
  });

  it('a page of the dashboard stays under 60 lines', () => {
    expect(broken(pageSize, ['apps/dashboard/app/(public)/page.tsx', lines(59)])).toEqual([]);
    expect(broken(pageSize, ['apps/dashboard/app/(public)/page.tsx', lines(60)])).toHaveLength(1);
  });

  it('a lib has a README, and it is short enough to be read', () => {
    const code: [string, string] = ['libs/a/src/a.ts', ''];
    expect(broken(libReadme, code)).toEqual(['libs/a/README.md']);
    expect(broken(libReadme, code, ['libs/a/README.md', lines(121)])).toEqual(['libs/a/README.md']);
    expect(broken(libReadme, code, ['libs/a/README.md', lines(120)])).toEqual([]);
  });
});

describe('names', () => {
  it('a file is kebab-case with a known role', () => {
    const good = ['ledger.service.ts', 'ledger-proof.service.db.test.ts', 'next.config.ts', 'main.ts'];
    const bad = ['LedgerService.ts', 'ledger_service.ts', 'ledger.handler.ts'];
    expect(good.flatMap((name) => broken(fileNames, [`libs/a/src/${name}`]))).toEqual([]);
    expect(bad.flatMap((name) => broken(fileNames, [`libs/a/src/${name}`]))).toHaveLength(bad.length);
    expect(broken(fileNames, ['libs/a/src/Ledger/hold.ts'])).toHaveLength(1);
    expect(broken(fileNames, ['apps/dashboard/app/(public)/models/[...id]/page.tsx'])).toEqual([]);
  });

  it('no file is named after nothing', () => {
    const bad = ['utils', 'date-helpers', 'types', 'key-manager', 'misc'];
    expect(bad.flatMap((name) => broken(emptyNames, [`libs/a/src/${name}.ts`]))).toHaveLength(bad.length);
    expect(broken(emptyNames, ['libs/a/src/utils/money.ts'])).toHaveLength(1);
    expect(broken(emptyNames, ['libs/a/src/content-types.ts'])).toEqual([]);
  });

  it.each([
    'const walletId = 1;',
    'select quota from keys',
    'class Lot {}',
    'credit_lots',
    'let lot = 1;',
    'addFunds()',
  ])('a second word for one of our ideas is refused: %s', (text) =>
    expect(broken(synonyms, ['libs/a/src/a.ts', `\n${text}\n`])).toEqual(['libs/a/src/a.ts:2']),
  );

  it.each([
    "type: 'insufficient_quota'",
    'const refunds = slot + pilot;',
    "'a lot of text'",
    '// as a wallet would\nx;',
    'constructor() {}',
  ])('what only looks like one passes: %s', (text) =>
    expect(broken(synonyms, ['libs/a/src/a.ts', text])).toEqual([]),
  );

  it('a migration names its time and its module, in the one folder', () => {
    const folder = 'libs/database/src/migrations';
    const home: [string] = ['libs/billing/src/index.ts'];
    expect(broken(migrationNames, home, [`${folder}/20261122094000-billing-ledger.ts`])).toEqual([]);
    expect(broken(migrationNames, home, [`${folder}/ledger.ts`])).toHaveLength(1);
    expect(broken(migrationNames, home, [`${folder}/20261122094000-nobody-ledger.ts`])).toHaveLength(1);
    expect(
      broken(migrationNames, home, ['libs/billing/src/migrations/20261122094000-billing-a.ts']),
    ).toHaveLength(1);
    expect(
      broken(
        migrationNames,
        home,
        [`${folder}/20261122094000-billing-a.ts`],
        [`${folder}/20261122094000-billing-b.ts`],
      ),
    ).toHaveLength(1);
  });
});

describe('contents', () => {
  it('settings are read in config.ts alone', () => {
    const text = 'const port = process.env.PORT;';
    expect(broken(settingsInOnePlace, ['apps/api/src/app.module.ts', text])).toHaveLength(1);
    expect(broken(settingsInOnePlace, ['apps/api/src/main.ts', '`port ${process.env.PORT}`'])).toHaveLength(
      1,
    );
    expect(broken(settingsInOnePlace, ['apps/api/src/config.ts', text])).toEqual([]);
    expect(broken(settingsInOnePlace, ['apps/api/src/a.test.ts', text])).toEqual([]);
    expect(broken(settingsInOnePlace, ['libs/a/src/run.ts', 'spawn({ PATH: process.env.PATH })'])).toEqual(
      [],
    );
    expect(broken(settingsInOnePlace, ['apps/dashboard/lib/samples.ts', '`key: process.env.KEY`'])).toEqual(
      [],
    );
  });

  it('no test hides the others', () => {
    expect(broken(noFocusedTest, ['libs/a/src/a.test.ts', "it.only('a', () => {})"])).toHaveLength(1);
    expect(broken(noFocusedTest, ['libs/a/src/a.test.ts', "fdescribe('a', () => {})"])).toHaveLength(1);
  });

  it('nothing is left for later in the code', () => {
    expect(broken(noLeftovers, ['libs/a/src/a.ts', 'x;\n// TODO later'])).toEqual(['libs/a/src/a.ts:2']);
  });

  it('money never follows the clock of a process', () => {
    expect(broken(databaseTime, ['libs/billing/src/a.ts', 'const now = Date.now();'])).toHaveLength(1);
    expect(broken(databaseTime, ['libs/billing/src/a.ts', 'const now = new Date();'])).toHaveLength(1);
    expect(broken(databaseTime, ['libs/billing/src/a.ts', 'new Date(row.created_at)'])).toEqual([]);
    expect(broken(databaseTime, ['libs/common/src/ids.ts', 'Date.now()'])).toEqual([]);
  });

  it('no path and no registry of one machine is committed', () => {
    const bad = ["'/home/ann/project'", 'see /root/plan.md', 'cd /tmp/x', 'https://registry.example.com/npm'];
    expect(bad.flatMap((text) => broken(noWorkplace, ['docs/a.md', text]))).toHaveLength(bad.length);
    const good = ['/var/tmp/a', 'https://example.com/home/a', 'apps/tmp/x', '~/tmp/x'];
    expect(good.flatMap((text) => broken(noWorkplace, ['docs/a.md', text]))).toEqual([]);
    const lock = '{ "resolved": "http://10.0.0.1/a.tgz" }';
    expect(broken(noWorkplace, ['package-lock.json', lock])).toHaveLength(1);
  });
});
