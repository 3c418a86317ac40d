import { DataSource } from 'typeorm';
import { seedPlans } from '#billing';
import { createDataSource, migrate, Transactions } from '#database';
import { seedCatalog } from '#models';

/**
 * Brings a database to what this version needs: migrations, then the first-run catalog and plans where they are
 * missing. Two at once are one after the other. Returns the names of the migrations applied.
 */
export async function prepareDatabase(options: {
  /** The application's connection string. */
  url: string;
  /** That of the role which owns the tables, when it is another one. */
  migrationUrl?: string;
}): Promise<string[]> {
  const owner = options.migrationUrl ?? options.url;
  const role = decodeURIComponent(new URL(options.url).username);
  const applied = await migrate({
    url: owner,
    ...(options.migrationUrl && role ? { applicationRole: role } : {}),
  });
  const dataSource: DataSource = await createDataSource({ url: owner, poolSize: 1 }).initialize();
  try {
    await new Transactions(dataSource).run(async (tx) => {
      await seedPlans(tx);
      await seedCatalog(tx);
    });
  } finally {
    await dataSource.destroy();
  }
  return applied;
}
