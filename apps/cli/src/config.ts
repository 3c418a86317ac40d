import { resolve } from 'node:path';
import { SettingsReader } from '#common';

/** The one place where this app reads its environment. */
export const environment: NodeJS.ProcessEnv = process.env;

/** How a deployment's migration reaches its database. */
export interface MigrateConfig {
  databaseUrl: string;
  migrationDatabaseUrl: string | undefined;
}

/** @throws SettingError */
export function readMigrateConfig(environment: NodeJS.ProcessEnv): MigrateConfig {
  const read = new SettingsReader(environment);
  const config = {
    databaseUrl: read.required('DATABASE_URL', 'npm start migrates its own database by itself'),
    migrationDatabaseUrl: read.text('MIGRATION_DATABASE_URL'),
  };
  read.done();
  return config;
}

export const dataDirOf = (environment: NodeJS.ProcessEnv): string =>
  resolve(new SettingsReader(environment).text('DATA_DIR', '.data'));
