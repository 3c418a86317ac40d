import type { ServerResponse } from 'node:http';
import type { RateLimit } from '#common';

/**
 * Programs call from anywhere, pages included, with a key and never with a cookie; a page may read every header, as
 * SDKs in it do. Names and values by turns.
 */
export const FROM_ANYWHERE = [
  'access-control-allow-origin',
  '*',
  'access-control-expose-headers',
  '*',
] as const;

/** OpenAI's form of the limit and the older one. Names and values by turns. */
export function rateLimitHeaders({
  requestsPerMinute,
  remaining,
  resetSeconds,
  resetAt,
}: RateLimit): string[] {
  const [limit, left] = [String(requestsPerMinute), String(remaining)];
  return [
    'x-ratelimit-limit-requests',
    limit,
    'x-ratelimit-remaining-requests',
    left,
    'x-ratelimit-reset-requests',
    `${resetSeconds}s`,
    'X-RateLimit-Limit',
    limit,
    'X-RateLimit-Remaining',
    left,
    'X-RateLimit-Reset',
    String(resetAt),
  ];
}

/** Sets headers on an answer that somebody else writes out. */
export function setHeaders(response: ServerResponse, headers: readonly string[]): void {
  for (let i = 0; i < headers.length; i += 2) response.setHeader(headers[i]!, headers[i + 1]!);
}
