import type { IncomingHttpHeaders } from 'node:http';
import { accountErrors } from './accounts.errors.js';

/**
 * The API key a request carries, unchecked: `Authorization: Bearer …` or `x-api-key`. An empty one counts as absent
 * (SDKs send `Bearer ` when no key is set).
 * @throws DomainError `invalid_api_key` (401) for none or another scheme, `conflicting_credentials` (400) for two
 */
export function keyOf(headers: IncomingHttpHeaders): string {
  const authorization = headers.authorization?.trim();
  const ownHeader = headers['x-api-key'];
  const apiKey = (typeof ownHeader === 'string' ? ownHeader : ownHeader?.join(', '))?.trim();
  if (!authorization || /^bearer$/i.test(authorization)) {
    if (apiKey) return apiKey;
    throw accountErrors.noKey();
  }
  const bearer = /^bearer +(.+)$/i.exec(authorization)?.[1];
  if (apiKey && apiKey !== bearer) throw accountErrors.conflictingCredentials();
  if (!bearer) throw accountErrors.notBearer();
  return bearer;
}
