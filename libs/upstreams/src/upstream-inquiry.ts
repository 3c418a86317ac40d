import { Injectable } from '@nestjs/common';
import { type Dispatcher, request } from 'undici';
import { AddressRules, parseAddress } from './address-rules.js';
import { SecretBox } from './secret-box.js';
import type { UpstreamEntity } from './upstream.entity.js';
import { UpstreamPools } from './upstream-pools.js';
import { AddressRefusedError } from './upstreams.errors.js';

const WAIT_MS = 10_000;
/** A list of models is small; what is larger is something else. */
const MAX_BYTES = 4 * 1024 * 1024;

/** What an upstream said when asked for its models. */
export interface Inquiry {
  /** Null: no answer came. */
  status: number | null;
  ms: number;
  /** The names it knows its models by; undefined when its answer is no list of models. */
  modelIds?: string[];
  /** What went wrong, for the operator: it may name addresses, never the secret. */
  problem?: string;
}

/** Asks an upstream which models it has. */
@Injectable()
export class UpstreamInquiry {
  constructor(
    private readonly pools: UpstreamPools,
    private readonly rules: AddressRules,
    private readonly secrets: SecretBox,
  ) {}

  /** `GET /models` as OpenAI has it, else Ollama's `/api/tags`. Rejects only when the stored row is unusable. */
  async models(upstream: UpstreamEntity): Promise<Inquiry> {
    const address = parseAddress(upstream.baseUrl);
    if (!upstream.trusted && !this.rules.mayUse(address)) {
      throw new AddressRefusedError('This upstream is inside a private network and may not be called.');
    }
    const secret = upstream.secretCiphertext && this.secrets.open(upstream.secretCiphertext, upstream.id);
    const headers: Record<string, string> = secret === null ? {} : { authorization: `Bearer ${secret}` };
    const from = {
      dispatcher: upstream.trusted ? this.pools.forTrusted(address) : this.pools.forGuarded(address),
      headers,
    };
    const answer = await ask({ ...from, url: `${address.origin}${address.pathPrefix}/models` });
    if (answer.modelIds || answer.status !== 404) return answer;
    const root = address.pathPrefix.replace(/\/v1$/, '');
    const tags = await ask({ ...from, url: `${address.origin}${root}/api/tags` });
    return tags.modelIds ? tags : answer;
  }
}

async function ask(what: {
  url: string;
  dispatcher: Dispatcher;
  headers: Record<string, string>;
}): Promise<Inquiry> {
  const startedMs = performance.now();
  const elapsedMs = () => Math.round(performance.now() - startedMs);
  try {
    const answer = await request(what.url, {
      dispatcher: what.dispatcher,
      headers: { accept: 'application/json', 'accept-encoding': 'identity', ...what.headers },
      signal: AbortSignal.timeout(WAIT_MS),
    });
    const status = answer.statusCode;
    let text = '';
    for await (const chunk of answer.body) {
      text += (chunk as Buffer).toString('utf8');
      if (text.length > MAX_BYTES) return { status, ms: elapsedMs(), problem: 'the answer is too large' };
    }
    if (status !== 200) return { status, ms: elapsedMs(), problem: `it answered ${status}` };
    const modelIds = modelIdsIn(text);
    return { status, ms: elapsedMs(), ...(modelIds ? { modelIds } : { problem: 'no list of models' }) };
  } catch (error) {
    return { status: null, ms: elapsedMs(), problem: (error as Error).message };
  }
}

/** OpenAI: `{data:[{id}]}`; Ollama: `{models:[{name}]}`. */
function modelIdsIn(text: string): string[] | undefined {
  try {
    const body = JSON.parse(text) as { data?: unknown; models?: unknown } | null;
    const list = body?.data ?? body?.models;
    if (!Array.isArray(list)) return undefined;
    return list
      .map((one: { id?: unknown; name?: unknown } | null) => one?.id ?? one?.name)
      .filter((id) => typeof id === 'string');
  } catch {
    // Not JSON: the caller says that it is no list of models.
    return undefined;
  }
}
