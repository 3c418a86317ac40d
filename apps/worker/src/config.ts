import { readPublicAddress, SettingsReader } from '#common';
import { readSmtpSettings } from '#notifications';

/** The one place where this app reads its environment. */
export const environment: NodeJS.ProcessEnv = process.env;

export interface WorkerConfig {
  database: { url: string; poolSize: number };
  authSecret: string;
  keyPrefix: string;
  publicUrl: string;
  brandName: string;
  smtp: ReturnType<typeof readSmtpSettings>;
  holdTtlSeconds: number;
  retentionMonths: number;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
}

/** @throws SettingError naming every setting that is wrong */
export function readWorkerConfig(environment: NodeJS.ProcessEnv): WorkerConfig {
  const read = new SettingsReader(environment);
  const config: WorkerConfig = {
    database: {
      url: read.required('DATABASE_URL', 'the connection string of PostgreSQL 18 or later'),
      poolSize: read.integer('POOL_SIZE', { fallback: 10, least: 2, most: 200 }),
    },
    authSecret: read.required('AUTH_SECRET', 'signs sessions; the same as the API has'),
    keyPrefix: read.text('KEY_PREFIX', 'sk_llmr_'),
    publicUrl: readPublicAddress(read).publicUrl,
    brandName: read.text('BRAND_NAME', 'LLM Resayil'),
    smtp: readSmtpSettings(read),
    holdTtlSeconds: read.integer('HOLD_TTL_SECONDS', { fallback: 900, least: 2, most: 86_400 }),
    retentionMonths: read.integer('RETENTION_MONTHS', { fallback: 13, least: 12, most: 1_200 }),
    logLevel: read.choice('LOG_LEVEL', { fallback: 'info', among: ['debug', 'info', 'warn', 'error'] }),
  };
  read.done();
  return config;
}
