/** Runs the house's own rules over the tree and prints what breaks them. Runs on Node alone, without a build. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as contents from './rules/contents.ts';
import * as names from './rules/names.ts';
import type { TreeFile } from './rules/rule.ts';
import * as sizes from './rules/sizes.ts';

const root = join(import.meta.dirname, '..', '..');
/** What .gitignore leaves out, too; the tree is walked rather than asked of git so that an archive can be checked. */
const notOurs = new Set(['node_modules', '.git', 'dist', '.next', '.data', 'coverage', 'screenshots']);
const isText =
  /\.(ts|tsx|mts|mjs|cjs|js|json|md|css|sql|ya?ml|svg|sh)$|(^|\/)(Dockerfile|run|\.npmrc|\.swcrc)$/;

function filesUnder(folder: string): TreeFile[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : filesUnder(path);
    return entry.isFile() && isText.test(path)
      ? [{ path, text: readFileSync(join(root, path), 'utf8') }]
      : [];
  });
}

const files = filesUnder('');
let broken = 0;
for (const [name, rule] of Object.entries({ ...sizes, ...names, ...contents })) {
  for (const { path, line, message } of rule(files)) {
    console.log(`${path}${line ? `:${line}` : ''}  ${name}: ${message}`);
    broken += 1;
  }
}
if (broken > 0) process.exitCode = 1;
