import 'reflect-metadata';
import { SettingError } from '#common';
import { prepareDatabase } from '#operator';
import { environment, readMigrateConfig } from './config.js';

async function main(): Promise<void> {
  const config = readMigrateConfig(environment);
  const applied = await prepareDatabase({
    url: config.databaseUrl,
    migrationUrl: config.migrationDatabaseUrl,
  });
  console.log(applied.length > 0 ? `Applied:\n  ${applied.join('\n  ')}` : 'Nothing to apply.');
}

main().catch((error: unknown) => {
  console.error(error instanceof SettingError ? error.message : error);
  process.exit(1);
});
