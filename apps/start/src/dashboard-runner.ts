import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Runs the built dashboard in this process, and ends with whoever started it. */
process.stdin.on('end', () => process.exit(0)).resume();

const server = fileURLToPath(
  new URL('../../../../apps/dashboard/.next/standalone/apps/dashboard/server.js', import.meta.url),
);
if (!existsSync(server)) {
  console.error('The dashboard is not built: npm start builds it.');
  process.exit(1);
}
await import(pathToFileURL(server).href);
