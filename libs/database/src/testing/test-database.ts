import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate } from '../migrate.js';
import { migrations } from '../migrations/index.js';

/** Set by the test runner's global set-up, which starts one PostgreSQL for every test file. */
function serverUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url)
    throw new Error('TEST_DATABASE_URL is not set: run the tests through npm test or jest.config.mjs');
  return url;
}

const TEMPLATE_LOCK = 7_201_947;

function urlOf(database: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${database}`;
  return url.href;
}

async function asAdministrator<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * A migrated database of its own for one test file, cloned from a template that the first caller makes.
 * `drop()` ends every connection to it.
 */
export async function createTestDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const template = `template_${migrations.length}_${migrations.at(-1)!.name.toLowerCase()}`.slice(0, 60);
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdministrator(async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
    if (found.rowCount === 0) {
      await client.query(`CREATE DATABASE making_${template}`);
      await migrate({ url: urlOf(`making_${template}`) });
      await client.query(`ALTER DATABASE making_${template} RENAME TO ${template}`);
    }
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
    await client.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  });
  return {
    url: urlOf(name),
    drop: () =>
      asAdministrator(async (client) => void (await client.query(`DROP DATABASE ${name} WITH (FORCE)`))),
  };
}
