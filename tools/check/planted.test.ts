import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Miniature } from './miniature.js';

const configuration = [
  'package.json',
  'biome.json',
  'tsconfig.base.json',
  'tsconfig.json',
  'eslint.config.mjs',
  '.dependency-cruiser.cjs',
  '.gitignore',
  'tools/check',
];

/** Every step that does not ask for a whole product; dead code is planted against in a test of its own. */
const steps = ['format', 'types', 'promises', 'boundaries', 'tidy'];

interface Plant {
  what: string;
  file: string;
  text: string;
  fails: string[];
  says: string;
}

const plants: Plant[] = [
  {
    what: 'accounts importing billing',
    file: 'libs/accounts/src/plant.ts',
    text: "import { hold } from '#billing';\n\nexport const plant = hold;\n",
    fails: ['boundaries'],
    says: 'accounts-uses-only-what-it-may',
  },
  {
    what: 'a path into another lib',
    file: 'libs/billing/src/plant.ts',
    text: "import { inner } from '../../accounts/src/inner.js';\n\nexport const plant = inner;\n",
    fails: ['boundaries'],
    says: 'front-door-from-a-lib',
  },
  {
    what: 'a relative path to a front door',
    file: 'libs/billing/src/plant.ts',
    text: "import { account } from '../../accounts/src/index.js';\n\nexport const plant = account;\n",
    fails: ['boundaries'],
    says: 'libs-by-name',
  },
  {
    what: 'a name that reaches behind the front door',
    file: 'libs/billing/src/plant.ts',
    text: "import { inner } from '#accounts/src/inner';\n\nexport const plant = inner;\n",
    fails: ['boundaries', 'types'],
    says: 'resolvable',
  },
  {
    what: 'an app reaching behind the front door',
    file: 'apps/api/src/plant.ts',
    text: "import { inner } from '../../../libs/accounts/src/inner.js';\n\nexport const plant = inner;\n",
    fails: ['boundaries'],
    says: 'front-door-from-an-app',
  },
  {
    what: 'the sandbox using a lib',
    file: 'apps/sandbox/src/plant.ts',
    text: "import { account } from '#accounts';\n\nexport const plant = account;\n",
    fails: ['boundaries'],
    says: 'sandbox-stands-alone',
  },
  {
    what: 'the dashboard using a lib',
    file: 'apps/dashboard/lib/plant.ts',
    text: "import { account } from '#accounts';\n\nexport const plant = account;\n",
    fails: ['boundaries'],
    says: 'dashboard-speaks-http',
  },
  {
    what: 'a cycle',
    file: 'libs/accounts/src/plant.ts',
    text: "import * as self from './plant.js';\n\nexport const plant = () => self;\n",
    fails: ['boundaries'],
    says: 'no-cycles',
  },
  {
    what: 'a file of 301 lines',
    file: 'libs/billing/src/plant.ts',
    text: `${'// line\n'.repeat(300)}export const plant = 1;\n`,
    fails: ['tidy'],
    says: '301 lines; a file has at most 300',
  },
  {
    what: 'a function of 71 lines',
    file: 'libs/billing/src/plant.ts',
    text: `export function plant(add: (n: number) => void): void {\n${'  add(1);\n'.repeat(71)}}\n`,
    fails: ['format'],
    says: 'noExcessiveLinesPerFunction',
  },
  {
    what: 'a floating promise',
    file: 'libs/billing/src/plant.ts',
    text: 'export function plant(save: () => Promise<void>): void {\n  save();\n}\n',
    fails: ['promises'],
    says: 'no-floating-promises',
  },
  {
    what: 'a wrong type',
    file: 'libs/billing/src/plant.ts',
    text: "export const plant: number = 'one';\n",
    fails: ['types'],
    says: 'TS2322',
  },
  {
    what: 'an unformatted file',
    file: 'libs/billing/src/plant.ts',
    text: 'export const plant = "one"\n',
    fails: ['format'],
    says: 'Formatter would have printed',
  },
];

describe('npm run check', () => {
  let copy: Miniature;
  const check = (...only: string[]) => {
    const run = spawnSync('node', ['tools/check/check.mjs', ...only], { cwd: copy.path, encoding: 'utf8' });
    const failed = [...run.stdout.matchAll(/^FAILED +[\d.]+ s +(\S+)/gm)].map(([, step]) => step).sort();
    return { code: run.status, failed, said: run.stdout + run.stderr };
  };

  beforeAll(() => {
    copy = new Miniature(configuration);
    // The rules' own files are no part of the tree under test, except those the checks run.
    for (const test of ['miniature.ts', 'planted.test.ts', 'tidy.test.ts', 'docker.test.ts']) {
      copy.remove(`tools/check/${test}`);
    }
    copy.write('libs/accounts/README.md', '# Accounts\n');
    copy.write('libs/accounts/src/inner.ts', 'export const inner = 1;\n');
    copy.write('libs/accounts/src/index.ts', 'export const account = 1;\n');
    copy.write('libs/billing/README.md', '# Billing\n');
    copy.write(
      'libs/billing/src/index.ts',
      "import { account } from '#accounts';\n\nexport const hold = account;\n",
    );
    copy.write('apps/api/src/main.ts', "import { hold } from '#billing';\n\nconsole.log(hold);\n");
  });
  afterAll(() => copy.remove());

  it('passes where nothing is wrong', () => {
    const { said, code } = check(...steps);
    expect(said).toContain('All checks passed');
    expect(code).toBe(0);
  });

  it.each(plants)('fails, in the right step, on $what', ({ file, text, fails, says }) => {
    copy.write(file, text);
    const { code, failed, said } = check(
      ...(fails.includes('promises') ? steps : steps.filter((s) => s !== 'promises')),
    );
    copy.remove(file);
    expect({ code, failed }).toEqual({ code: 1, failed: fails });
    expect(said).toContain(says);
  });

  it('fails on code that nothing uses', () => {
    copy.write(
      'knip.json',
      JSON.stringify({ entry: ['apps/*/src/main.ts'], project: ['{apps,libs}/**/*.ts'], include: ['files'] }),
    );
    copy.write('libs/billing/src/plant.ts', 'export const plant = 1;\n');
    const { failed, said } = check('dead-code');
    copy.remove('libs/billing/src/plant.ts');
    expect(failed).toEqual(['dead-code']);
    expect(said).toContain('libs/billing/src/plant.ts');
    expect(said).not.toContain('libs/billing/src/index.ts');
    copy.remove('knip.json');
  });
});
