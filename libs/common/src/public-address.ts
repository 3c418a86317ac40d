import type { SettingsReader } from './settings-reader.js';

/** The one public port, and the address people see: of every app the same settings and the same defaults. */
export function readPublicAddress(
  read: SettingsReader,
  { leastPort }: { leastPort: 0 | 1 } = { leastPort: 0 },
): { port: number; publicUrl: string } {
  const port = read.integer('PORT', { fallback: 3000, least: leastPort, most: 65_535 });
  return { port, publicUrl: read.url('PUBLIC_URL', `http://localhost:${port}`) };
}
