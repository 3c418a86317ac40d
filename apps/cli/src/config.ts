import { resolve } from 'node:path';
import { readPublicAddress, SettingsReader } from '#common';
import { readSmtpSettings } from '#notifications';

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

/** What the commands are told. Without a database they look for the one that runs for `dataDir`. */
export interface CliConfig {
  databaseUrl: string | undefined;
  dataDir: string;
  authSecret: string | undefined;
  secretsKey: string | undefined;
  keyPrefix: string;
  publicUrl: string;
  brandName: string;
  isProduction: boolean;
  smtp: ReturnType<typeof readSmtpSettings>;
  ownedBy: string;
}

/** @throws SettingError naming every setting that is wrong */
export function readCliConfig(environment: NodeJS.ProcessEnv): CliConfig {
  const read = new SettingsReader(environment);
  const config: CliConfig = {
    databaseUrl: read.text('DATABASE_URL'),
    dataDir: resolve(read.text('DATA_DIR', '.data')),
    authSecret: read.text('AUTH_SECRET'),
    secretsKey: read.text('SECRETS_KEY'),
    keyPrefix: read.text('KEY_PREFIX', 'sk_llmr_'),
    publicUrl: readPublicAddress(read).publicUrl,
    brandName: read.text('BRAND_NAME', 'LLM Resayil'),
    isProduction:
      read.choice('MODE', { fallback: 'evaluation', among: ['evaluation', 'production'] }) === 'production',
    smtp: readSmtpSettings(read),
    ownedBy: read.text('OWNED_BY', 'llm-resayil'),
  };
  if (config.databaseUrl && !isPostgresUrl(config.databaseUrl)) {
    // The value may carry a password and is not repeated.
    read.refuse('DATABASE_URL must be an address such as postgres://user:password@host:5432/database');
  }
  read.done();
  return config;
}

const isPostgresUrl = (text: string) =>
  URL.canParse(text) && ['postgres:', 'postgresql:'].includes(new URL(text).protocol);
