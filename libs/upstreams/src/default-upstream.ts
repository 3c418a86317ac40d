import { request } from 'undici';
import { parseAddress } from './address-rules.js';
import type { OutputLimitFields } from './upstream-target.js';
import type { UpstreamsSettings } from './upstreams.settings.js';

/** A model server on this machine answers at once or is not there. */
const OLLAMA_WAIT_MS = 700;

/** The upstream of every model without a route of its own. */
export interface DefaultUpstream {
  kind: 'configured' | 'ollama' | 'sandbox' | 'none';
  /** Its OpenAI-compatible address; null when there is none. */
  baseUrl: string | null;
  apiKey: string | null;
  /** Left out: both. */
  outputLimitFields?: OutputLimitFields | undefined;
}

/** What the settings name, else an Ollama that answers, else the sandbox, else none. Throws on an address that is none. */
export async function findDefaultUpstream(
  settings: Pick<
    UpstreamsSettings,
    'upstreamBaseUrl' | 'upstreamApiKey' | 'upstreamOutputLimitFields' | 'ollamaBaseUrl' | 'sandboxUrl'
  >,
): Promise<DefaultUpstream> {
  if (settings.upstreamBaseUrl) {
    parseAddress(settings.upstreamBaseUrl);
    return {
      kind: 'configured',
      baseUrl: settings.upstreamBaseUrl,
      apiKey: settings.upstreamApiKey || null,
      outputLimitFields: settings.upstreamOutputLimitFields,
    };
  }
  if (settings.ollamaBaseUrl) {
    const { origin, pathPrefix } = parseAddress(settings.ollamaBaseUrl);
    const root = origin + pathPrefix.replace(/\/v1$/, '');
    if (await answersAsOllama(root)) return { kind: 'ollama', baseUrl: `${root}/v1`, apiKey: null };
  }
  if (settings.sandboxUrl) {
    const { origin, pathPrefix } = parseAddress(settings.sandboxUrl);
    return { kind: 'sandbox', baseUrl: `${origin}${pathPrefix || '/v1'}`, apiKey: null };
  }
  return { kind: 'none', baseUrl: null, apiKey: null };
}

/** Whoever answers `/api/version` with a version is an Ollama, or as good as one. */
async function answersAsOllama(root: string): Promise<boolean> {
  try {
    const answer = await request(`${root}/api/version`, {
      signal: AbortSignal.timeout(OLLAMA_WAIT_MS),
      // An idle connection would keep a short command from ending.
      reset: true,
    });
    const body = (await answer.body.json()) as { version?: unknown } | null;
    return answer.statusCode === 200 && typeof body?.version === 'string';
  } catch {
    // Nothing listens there, or something else does.
    return false;
  }
}
