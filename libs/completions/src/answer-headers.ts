import { type Millicredits, toCredits } from '#common';
import type { Admitted } from './admission.service.js';

/** The headers that every answer to an admitted request carries: its id, its limits, what was lowered. */
export function admittedHeaders(admitted: Admitted, nowMs: number): Record<string, string> {
  const headers: Record<string, string> = { 'x-request-id': admitted.requestId };
  const limit = admitted.key.requestsPerMinute;
  if (limit !== null) {
    const remaining = String(Math.max(0, limit - admitted.reservation.requestsInWindow));
    const resetSeconds = 60 - (Math.floor(nowMs / 1000) % 60);
    headers['x-ratelimit-limit-requests'] = String(limit);
    headers['x-ratelimit-remaining-requests'] = remaining;
    headers['x-ratelimit-reset-requests'] = `${resetSeconds}s`;
    headers['X-RateLimit-Limit'] = String(limit);
    headers['X-RateLimit-Remaining'] = remaining;
    headers['X-RateLimit-Reset'] = String(Math.floor(nowMs / 1000) + resetSeconds);
  }
  if (admitted.reservation.outputTokens < admitted.wantedTokens || isLowered(admitted)) {
    headers['x-max-tokens-applied'] = String(admitted.reservation.outputTokens);
  }
  return headers;
}

/** Whether the caller's own limit was more than the model writes. */
function isLowered({ request, reservation }: Admitted): boolean {
  return request.maxOutputTokens !== undefined && reservation.outputTokens < request.maxOutputTokens;
}

/** What a plain answer says about its cost. */
export function creditHeaders(cost: {
  chargeMillicredits: Millicredits;
  availableMillicredits: Millicredits;
}): Record<string, string> {
  return {
    'x-credits-charged': String(toCredits(cost.chargeMillicredits)),
    'x-credits-remaining': String(toCredits(cost.availableMillicredits)),
  };
}
