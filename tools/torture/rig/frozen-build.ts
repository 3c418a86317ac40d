import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');

/** A defect planted into the built product: the text must be there once. */
export interface Patch {
  file: string;
  find: string;
  replace: string;
}

/**
 * A copy of the build in a folder of its own: what runs for many minutes must not change under it when somebody
 * builds again, and a planted defect must not reach anybody else.
 */
export function freezeBuild(patches: Patch[]): string {
  if (!existsSync(join(root, 'dist', 'apps', 'api'))) {
    throw new Error('The product is not built: run `npm run build:once` first.');
  }
  const folder = mkdtempSync(join(tmpdir(), 'torture-'));
  // Run by root, PostgreSQL keeps its data inside only when others can enter.
  chmodSync(folder, 0o755);
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const { file, find, replace } of patches) {
    const path = join(folder, 'dist', file);
    const text = readFileSync(path, 'utf8');
    if (text.split(find).length !== 2) throw new Error(`${file} has not exactly one "${find}"`);
    writeFileSync(path, text.replace(find, replace));
  }
  return folder;
}
