import { readPublicAddress, SettingsReader } from '#common';
import { readSmtpSettings } from '#notifications';
import { OUTPUT_LIMIT_FIELDS, type OutputLimitFields } from '#upstreams';
import { type FailpointOrder, readFailpoints } from './failpoints.js';

/** The one place where this app reads its environment. */
export const environment: NodeJS.ProcessEnv = process.env;

export const API_CONFIG = Symbol('API_CONFIG');

export type Mode = 'evaluation' | 'production';

/** Everything an API process is told at its start. Names and defaults: docs/settings.md. */
export interface ApiConfig {
  mode: Mode;
  port: number;
  host: string;
  publicUrl: string;
  /** Addresses of proxies whose `x-forwarded-for` is believed. */
  trustedProxies: string[];
  database: { url: string; poolSize: number };
  secrets: { auth: string; key: string };
  upstream: {
    baseUrl: string | undefined;
    apiKey: string | undefined;
    outputLimitFields: OutputLimitFields;
    ollamaBaseUrl: string;
    sandboxBaseUrl: string | undefined;
    /** What a supervisor has found for all its processes, so that they agree; else each looks for itself. */
    found: 'ollama' | 'sandbox' | undefined;
    allowedPrivate: string[];
    connectSeconds: number;
    firstByteSeconds: number;
    idleSeconds: number;
  };
  limits: {
    maxRequestSeconds: number;
    bodySeconds: number;
    clientStallSeconds: number;
    holdTtlSeconds: number;
    drainSeconds: number;
  };
  /** Undefined: mails stay in the log. */
  smtp: ReturnType<typeof readSmtpSettings>;
  service: { ownedBy: string; keyPrefix: string; brandName: string; signup: 'open' | 'invite' | 'closed' };
  /** Where pages come from; undefined: this process serves the API alone. */
  dashboardUrl: string | undefined;
  retentionMonths: number;
  /** Where this process is to fail; empty unless it is being tortured. */
  failpoints: FailpointOrder[];
  logLevel: 'debug' | 'info' | 'warn' | 'error';
}

const DAY_SECONDS = 86_400;

/** @throws SettingError naming every setting that is wrong or unsafe together with another */
export function readApiConfig(environment: NodeJS.ProcessEnv): ApiConfig {
  const read = new SettingsReader(environment);
  const mode = read.choice('MODE', { fallback: 'evaluation', among: ['evaluation', 'production'] });
  const seconds = (name: string, fallback: number) =>
    read.integer(name, { fallback, least: 1, most: DAY_SECONDS });
  const config: ApiConfig = {
    mode,
    ...readPublicAddress(read),
    host: read.text('HOST', '127.0.0.1'),
    trustedProxies: read.list('TRUST_PROXY'),
    database: {
      url: read.required(
        'DATABASE_URL',
        'the connection string of PostgreSQL 18 or later (npm start brings its own)',
      ),
      poolSize: read.integer('POOL_SIZE', { fallback: 10, least: 1, most: 200 }),
    },
    secrets: {
      auth: read.required('AUTH_SECRET', 'signs sessions; 32 random bytes as hex or base64'),
      key: read.required(
        'SECRETS_KEY',
        'encrypts the secrets of upstreams; 32 random bytes as hex or base64',
      ),
    },
    upstream: {
      baseUrl: read.url('UPSTREAM_BASE_URL'),
      apiKey: read.text('UPSTREAM_API_KEY'),
      outputLimitFields: read.choice('UPSTREAM_OUTPUT_LIMIT', {
        fallback: 'both',
        among: OUTPUT_LIMIT_FIELDS,
      }),
      ollamaBaseUrl: read.url('OLLAMA_BASE_URL', 'http://127.0.0.1:11434').replace(/\/v1$/, ''),
      sandboxBaseUrl: read.url('SANDBOX_BASE_URL'),
      found: readFound(read),
      allowedPrivate: read.list('ALLOWED_PRIVATE_UPSTREAMS'),
      connectSeconds: seconds('CONNECT_SECONDS', 5),
      firstByteSeconds: seconds('FIRST_BYTE_SECONDS', 120),
      idleSeconds: seconds('IDLE_SECONDS', 60),
    },
    limits: {
      maxRequestSeconds: seconds('MAX_REQUEST_SECONDS', 600),
      bodySeconds: seconds('BODY_SECONDS', 30),
      clientStallSeconds: seconds('CLIENT_STALL_SECONDS', 60),
      holdTtlSeconds: seconds('HOLD_TTL_SECONDS', 900),
      drainSeconds: seconds('DRAIN_SECONDS', 30),
    },
    smtp: readSmtpSettings(read),
    service: {
      ownedBy: read.text('OWNED_BY', 'llm-resayil'),
      keyPrefix: read.text('KEY_PREFIX', 'sk_llmr_'),
      brandName: read.text('BRAND_NAME', 'LLM Resayil'),
      signup: read.choice('SIGNUP', { fallback: 'open', among: ['open', 'invite', 'closed'] }),
    },
    dashboardUrl: read.url('DASHBOARD_INTERNAL_URL'),
    retentionMonths: read.integer('RETENTION_MONTHS', { fallback: 13, least: 12, most: 1_200 }),
    failpoints: failpointsOf(read),
    logLevel: read.choice('LOG_LEVEL', { fallback: 'info', among: ['debug', 'info', 'warn', 'error'] }),
  };
  refuseUnsafe(config, read);
  read.done();
  return config;
}

function readFound(read: SettingsReader): 'ollama' | 'sandbox' | undefined {
  const found = read.choice('DEFAULT_UPSTREAM_FOUND', {
    fallback: 'none',
    among: ['none', 'ollama', 'sandbox'],
  });
  return found === 'none' ? undefined : found;
}

function failpointsOf(read: SettingsReader): FailpointOrder[] {
  const text = read.text('FAILPOINTS');
  if (text === undefined) return [];
  try {
    return readFailpoints(text);
  } catch (error) {
    read.refuse((error as Error).message);
    return [];
  }
}

function refuseUnsafe(
  { failpoints, limits, mode, publicUrl, service, upstream }: ApiConfig,
  read: SettingsReader,
): void {
  if (limits.holdTtlSeconds <= limits.maxRequestSeconds) {
    read.refuse('HOLD_TTL_SECONDS must exceed MAX_REQUEST_SECONDS: a hold may not end before its request');
  }
  if (!/^[A-Za-z0-9_-]{1,20}$/.test(service.keyPrefix)) {
    read.refuse('KEY_PREFIX must be 1 to 20 letters, digits, _ or -');
  }
  if (mode !== 'production') return;
  if (failpoints.length > 0) read.refuse('FAILPOINTS are not for production');
  const { protocol, hostname } = new URL(publicUrl);
  if (protocol !== 'https:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname)) {
    read.refuse('PUBLIC_URL must be https in production');
  }
  if (upstream.sandboxBaseUrl && upstream.baseUrl !== upstream.sandboxBaseUrl) {
    read.refuse('the sandbox does not serve in production: set UPSTREAM_BASE_URL');
  }
}
