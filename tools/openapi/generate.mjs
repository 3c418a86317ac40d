/**
 * Writes the dashboard's API client types from the API itself: the OpenAPI document, then TypeScript from it.
 * Needs a build of the API (npm run build:once).
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = join(root, 'apps/dashboard/lib/api/generated');
const document = execFileSync(process.execPath, [join(root, 'dist/apps/api/src/print-openapi.js')], {
  encoding: 'utf8',
});
writeFileSync(join(folder, 'openapi.json'), document);
execFileSync(
  process.execPath,
  [
    join(root, 'node_modules/openapi-typescript/bin/cli.js'),
    join(folder, 'openapi.json'),
    '-o',
    join(folder, 'schema.ts'),
  ],
  { stdio: 'inherit' },
);
