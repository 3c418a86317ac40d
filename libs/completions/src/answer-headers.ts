import type { ServerResponse } from 'node:http';
import { type Millicredits, toCredits } from '#common';
import type { Admitted } from './admission.service.js';

/**
 * The headers that every answer to an admitted request carries: its id, its limits, what was lowered. Names and
 * values by turns: the form that Node writes out without a detour.
 */
export function admittedHeaders(admitted: Admitted, nowMs: number): string[] {
  const headers = ['x-request-id', admitted.requestId];
  // Programs call from anywhere, with a key; the playground is called from its own page.
  if (admitted.caller.keyUuid !== null) headers.push('access-control-allow-origin', '*');
  const limit = admitted.caller.requestsPerMinute;
  if (limit !== null) {
    const remaining = String(Math.max(0, limit - admitted.reservation.requestsInWindow));
    const resetSeconds = 60 - (Math.floor(nowMs / 1000) % 60);
    headers.push(
      ...['x-ratelimit-limit-requests', String(limit)],
      ...['x-ratelimit-remaining-requests', remaining],
      ...['x-ratelimit-reset-requests', `${resetSeconds}s`],
      ...['X-RateLimit-Limit', String(limit)],
      ...['X-RateLimit-Remaining', remaining],
      ...['X-RateLimit-Reset', String(Math.floor(nowMs / 1000) + resetSeconds)],
    );
  }
  if (admitted.reservation.outputTokens < admitted.wantedTokens || isLowered(admitted)) {
    headers.push('x-max-tokens-applied', String(admitted.reservation.outputTokens));
  }
  return headers;
}

/** The same, on an answer that somebody else writes out. */
export function setAdmittedHeaders(response: ServerResponse, admitted: Admitted, nowMs: number): void {
  const headers = admittedHeaders(admitted, nowMs);
  for (let i = 0; i < headers.length; i += 2) response.setHeader(headers[i]!, headers[i + 1]!);
}

/** Whether the caller's own limit was more than the model writes. */
function isLowered({ request, reservation }: Admitted): boolean {
  return request.maxOutputTokens !== undefined && reservation.outputTokens < request.maxOutputTokens;
}

/** What a plain answer says about its cost. */
export function creditHeaders(cost: {
  chargeMillicredits: Millicredits;
  availableMillicredits: Millicredits;
}): string[] {
  const [charged, remaining] = [toCredits(cost.chargeMillicredits), toCredits(cost.availableMillicredits)];
  return ['x-credits-charged', String(charged), 'x-credits-remaining', String(remaining)];
}
