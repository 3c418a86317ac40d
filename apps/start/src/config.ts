import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { readPublicAddress, SettingsReader } from '#common';

/** The one place where this app reads its environment. */
export const environment: NodeJS.ProcessEnv = process.env;

/** What the supervisor itself needs; everything else of the environment is handed to the processes it starts. */
export interface StartConfig {
  mode: 'evaluation' | 'production';
  host: string;
  port: number;
  publicUrl: string;
  dataDir: string;
  databaseUrl: string | undefined;
  migrationDatabaseUrl: string | undefined;
  apiProcesses: number;
  authSecret: string | undefined;
  secretsKey: string | undefined;
  upstreamBaseUrl: string | undefined;
  ollamaBaseUrl: string;
  keyPrefix: string;
  drainSeconds: number;
}

/** @throws SettingError naming every setting that is wrong */
export function readStartConfig(environment: NodeJS.ProcessEnv): StartConfig {
  const read = new SettingsReader(environment);
  const config: StartConfig = {
    mode: read.choice('MODE', { fallback: 'evaluation', among: ['evaluation', 'production'] }),
    host: read.text('HOST', '127.0.0.1'),
    // It is passed on to processes that have to agree on it: none of their own choice.
    ...readPublicAddress(read, { leastPort: 1 }),
    dataDir: resolve(read.text('DATA_DIR', '.data')),
    databaseUrl: read.text('DATABASE_URL'),
    migrationDatabaseUrl: read.text('MIGRATION_DATABASE_URL'),
    apiProcesses: read.integer('API_PROCESSES', {
      fallback: Math.min(2, availableParallelism()),
      least: 1,
      most: 64,
    }),
    authSecret: read.text('AUTH_SECRET'),
    secretsKey: read.text('SECRETS_KEY'),
    upstreamBaseUrl: read.url('UPSTREAM_BASE_URL'),
    ollamaBaseUrl: read.url('OLLAMA_BASE_URL', 'http://127.0.0.1:11434'),
    keyPrefix: read.text('KEY_PREFIX', 'sk_llmr_'),
    drainSeconds: read.integer('DRAIN_SECONDS', { fallback: 30, least: 1, most: 86_400 }),
  };
  const own = config.authSecret && config.secretsKey;
  if (config.databaseUrl && !own)
    read.refuse('AUTH_SECRET and SECRETS_KEY are required together with DATABASE_URL');
  if (config.mode === 'production' && !own)
    read.refuse('AUTH_SECRET and SECRETS_KEY are required in production');
  if (config.mode === 'production' && !config.upstreamBaseUrl) {
    read.refuse('UPSTREAM_BASE_URL is required in production: nothing is found or pretended there');
  }
  read.done();
  return config;
}

/** What a replica's supervisor needs: how many processes, and how long they may drain. */
export function readReplicaConfig(environment: NodeJS.ProcessEnv): {
  apiProcesses: number;
  drainSeconds: number;
} {
  const read = new SettingsReader(environment);
  const config = {
    apiProcesses: read.integer('API_PROCESSES', {
      fallback: Math.min(2, availableParallelism()),
      least: 1,
      most: 64,
    }),
    drainSeconds: read.integer('DRAIN_SECONDS', { fallback: 30, least: 1, most: 86_400 }),
  };
  read.required('DATABASE_URL', 'a replica brings no database');
  read.done();
  return config;
}
