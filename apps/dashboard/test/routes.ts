import { globSync } from 'node:fs';
import { join, sep } from 'node:path';

/** A page as somebody opens it. */
export interface Route {
  /** As its file says: `/usage/[requestId]`. */
  pattern: string;
  path: string;
}

const app = join(import.meta.dirname, '..', 'app');

/**
 * Every page there is, by its file, so that a new page is looked at without being named here. A page with
 * parameters needs them from the test: `fill` gives a path for such a pattern, or several; without, it is not found.
 */
export function routesIn(
  group: 'public' | 'auth' | 'console' | 'operator',
  fill: Record<string, string[]>,
): Route[] {
  return (
    globSync('**/page.tsx', { cwd: join(app, `(${group})`) })
      // What stands in a slot is a part of the page beside it, and has no address of its own.
      .filter((file) => !file.split(sep).some((folder) => folder.startsWith('@')))
      // A slot is a part of another page.
      .filter((file) => !file.includes('@'))
      .sort()
      .flatMap((file) => {
        const folders = file.split(sep).slice(0, -1);
        const pattern = `/${folders.filter((folder) => !folder.startsWith('(')).join('/')}`;
        const paths = fill[pattern] ?? [pattern];
        return paths.map((path) => ({ pattern, path }));
      })
  );
}
