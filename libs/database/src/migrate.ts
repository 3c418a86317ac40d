import pg from 'pg';
import { createDataSource } from './data-source.js';

/** Two replicas may start at once: the second waits here until the first has migrated. */
const MIGRATION_LOCK = 7_201_946;

/**
 * Applies every migration that is missing, each in its own transaction, then lets the application's role use
 * (and not own) what they made. Returns the names applied.
 */
export async function migrate(options: {
  /** Connection string of the role that owns the tables. */
  url: string;
  /** The role the application signs in as, when it is another one. */
  applicationRole?: string;
}): Promise<string[]> {
  const lock = new pg.Client({ connectionString: options.url });
  await lock.connect();
  const dataSource = createDataSource({ url: options.url, poolSize: 2 });
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await dataSource.initialize();
    const applied = await dataSource.runMigrations();
    if (options.applicationRole) await grantUse(lock, options.applicationRole);
    return applied.map((migration) => migration.name);
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
    await lock.end();
  }
}

async function grantUse(client: pg.Client, role: string): Promise<void> {
  const name = pg.escapeIdentifier(role);
  await client.query(`
    GRANT USAGE ON SCHEMA public TO ${name};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${name};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ${name};
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO ${name};
  `);
}
