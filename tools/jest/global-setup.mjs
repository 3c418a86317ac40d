import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../../libs/database/src/embedded-postgres.ts';

/** One PostgreSQL for the whole run; each test file clones a database of its own from a template. */
export default async function setUp() {
  const dataDir = mkdtempSync(join(tmpdir(), 'llm-test-'));
  // Under root the server is another user, who has to enter this folder.
  chmodSync(dataDir, 0o755);
  const postgres = await EmbeddedPostgres.start({ dataDir, settings: { max_connections: '300' } });
  process.env.TEST_DATABASE_URL = postgres.url;
  globalThis.__testPostgres = { postgres, dataDir };
}
