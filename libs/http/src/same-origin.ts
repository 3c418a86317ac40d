import type { IncomingHttpHeaders } from 'node:http';
import { DomainError } from '#common';

const READS = new Set(['GET', 'HEAD']);

/**
 * Refuses what another site made a visitor's browser send: cookies travel with it, so a write must say that it comes
 * from our own pages. Browsers name the origin of every write; where a privacy setting took it away, what they say of
 * the site counts. Whoever sends neither is no browser of ours.
 * @throws DomainError `forged_origin` (403)
 */
export function requireSameOrigin(
  request: { method?: string | undefined; headers: IncomingHttpHeaders },
  publicUrl: string,
): void {
  if (READS.has(request.method ?? '')) return;
  const own = new URL(publicUrl).origin;
  const { origin } = request.headers;
  const isOwn = origin === undefined ? request.headers['sec-fetch-site'] === 'same-origin' : origin === own;
  if (isOwn) return;
  throw new DomainError(
    'forged_origin',
    `This may only be done from the pages of this service. Open them at ${own}, or have PUBLIC_URL set to the address you use.`,
  );
}
