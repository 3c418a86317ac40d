import { DomainError } from '#common';
import type { UpstreamFailure, UpstreamTarget } from '#upstreams';
import { isObject } from './wire/request-body.js';

/** An upstream's refusals that are about the request itself and so are passed on to its sender. */
const ABOUT_THE_REQUEST = new Set([400, 413, 415, 422]);
const MAX_MESSAGE = 1_000;
const MAX_PARAM = 200;

/** Eight groups, or fewer around one `::`; times of day and `std::vector` are none. */
const IPV6 =
  /(?<![\w:])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?::[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)(?![\w:])/gi;

/** What an upstream could give away of itself: where it is, and what we sign in with. */
type Secrets = readonly Pick<UpstreamTarget, 'origin' | 'authorization'>[];

/** An upstream's error status as the client sees it. Whatever it says, nothing was used. */
export function fromUpstreamStatus(answer: {
  status: number;
  body: Buffer;
  retryAfter?: string;
  /** Those it may come from. */
  targets: Secrets;
}): DomainError {
  const { status } = answer;
  if (ABOUT_THE_REQUEST.has(status)) {
    const { message, param, code } = readError(answer.body, answer.targets);
    return new DomainError(
      code === 'context_length_exceeded' ? 'context_length_exceeded' : 'upstream_rejected',
      message ?? 'The model server refused the request without saying why.',
      { status, ...(param === undefined ? {} : { param }), shouldRetry: false },
    );
  }
  if (status === 429) {
    return new DomainError(
      'model_unavailable',
      'The model is busy. Try again in a moment; nothing was charged.',
      {
        retryAfterSeconds: Number(answer.retryAfter) || 5,
        internal: 'upstream answered 429',
      },
    );
  }
  return upstreamFailed(`upstream answered ${status}`, { mayHaveRun: status >= 500 });
}

/** What the connection to an upstream came to, as the client sees it. */
export function fromFailure(failure: UpstreamFailure): DomainError {
  if (failure.kind.startsWith('timeout')) {
    return new DomainError('upstream_timeout', 'The model did not answer in time. Nothing was charged.', {
      internal: failure.kind,
      ...(failure.sent ? { shouldRetry: false } : {}),
    });
  }
  return upstreamFailed(failure.kind, { mayHaveRun: failure.sent });
}

export function upstreamFailed(internal: string, upstream: { mayHaveRun: boolean }): DomainError {
  return new DomainError('upstream_failed', 'The model server failed to answer. Nothing was charged.', {
    internal,
    ...(upstream.mayHaveRun ? { shouldRetry: false } : {}),
  });
}

export function brokeOff(internal: string): DomainError {
  return new DomainError(
    'upstream_failed',
    'The model server broke off. What had arrived until then is charged; GET /v1/requests/{id} has the figures.',
    { internal, shouldRetry: false },
  );
}

export function tookTooLong(internal: string): DomainError {
  return new DomainError('upstream_timeout', 'The answer took too long and was cut off here.', {
    internal,
    shouldRetry: false,
  });
}

export function shuttingDown(ended: { isCharged: boolean }): DomainError {
  const internal = 'cut off at the end of the drain';
  return ended.isCharged
    ? new DomainError(
        'shutting_down',
        'This process is being replaced and ended your request. What had arrived until then is charged; GET /v1/requests/{id} has the figures.',
        { internal, shouldRetry: false },
      )
    : new DomainError(
        'shutting_down',
        'This process is being replaced and ended your request. Nothing is charged; send it again.',
        { internal },
      );
}

/** The message of an error body in any of the forms seen: OpenAI's, `{"error":"…"}` (Ollama), `{"detail":"…"}`. */
function readError(body: Buffer, targets: Secrets): { message?: string; param?: string; code?: string } {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return {};
  }
  if (!isObject(value)) return {};
  const error = value['error'] ?? value['detail'] ?? value['message'];
  if (typeof error === 'string') return { message: safe(error, targets).slice(0, MAX_MESSAGE) };
  if (!isObject(error)) return {};
  const { message, param, code } = error;
  return {
    ...(typeof message === 'string' ? { message: safe(message, targets).slice(0, MAX_MESSAGE) } : {}),
    ...(typeof param === 'string' ? { param: safe(param, targets).slice(0, MAX_PARAM) } : {}),
    ...(typeof code === 'string' ? { code } : {}),
  };
}

/**
 * Addresses, host names and keys of an upstream are nobody's business; some servers put them into their messages.
 * What is known of ours is taken out wherever it stands, and before the text is cut: half a key is one too many.
 */
function safe(message: string, targets: Secrets): string {
  let text = message;
  for (const { origin, authorization } of targets) {
    const { host, hostname } = new URL(origin);
    const key = authorization?.replace(/^Bearer /, '');
    if (key) text = text.replaceAll(key, '[key]');
    // Names of hosts have no case, and an IPv6 address stands without its brackets as well.
    for (const address of [origin, host, hostname, hostname.replace(/^\[|\]$/g, '')]) {
      text = text.replace(new RegExp(address.replace(/[^\w]/g, '\\$&'), 'gi'), '[address]');
    }
  }
  return text
    .replace(/\bbearer +[^\s"',)]+/gi, '[key]')
    .replace(/\bhttps?:\/\/[^\s"']+/gi, '[address]')
    .replace(/\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b/g, '[address]')
    .replace(IPV6, '[address]')
    .replace(/\bsk-[A-Za-z0-9_-]{8,}/g, '[key]');
}

/** A header that came once, or the first of several. */
export function text(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
