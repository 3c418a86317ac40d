import type { OutputLimitFields } from './upstream-target.js';

/** How this host reaches its upstreams. */
export interface UpstreamsSettings {
  /** 32 bytes as base64 or hex. */
  secretsKey: string;
  connectSeconds: number;
  firstByteSeconds: number;
  idleSeconds: number;
  /** IP addresses, networks (`10.0.0.0/8`) or host names the console may add though they are private. */
  allowedPrivateUpstreams: string[];
  /** An OpenAI-compatible server for every model without a route; its address ends in `/v1`. */
  upstreamBaseUrl?: string;
  upstreamApiKey?: string;
  /** The names under which that server takes the output limit. Left out: both. */
  upstreamOutputLimitFields?: OutputLimitFields;
  /** Looked for when no upstream is set. */
  ollamaBaseUrl?: string;
  /** Where the sandbox listens, when there is one. */
  sandboxUrl?: string;
}

export const UPSTREAMS_SETTINGS = Symbol('UPSTREAMS_SETTINGS');
export const DEFAULT_UPSTREAM = Symbol('DEFAULT_UPSTREAM');
