import type { ServerResponse } from 'node:http';
import { type Millicredits, rateLimitAt, toCredits } from '#common';
import { FROM_ANYWHERE, rateLimitHeaders, setHeaders } from '#http';
import type { Admitted } from './admission.service.js';

/**
 * The headers that every answer to an admitted request carries: its id, its limits, what was lowered. Names and
 * values by turns: the form that Node writes out without a detour.
 */
export function admittedHeaders(admitted: Admitted, nowMs: number): string[] {
  const headers = ['x-request-id', admitted.requestId];
  // Programs call from anywhere, with a key; the playground is called from its own page.
  if (admitted.caller.keyUuid !== null) headers.push(...FROM_ANYWHERE);
  const { requestsPerMinute } = admitted.caller;
  if (requestsPerMinute !== null) {
    const used = admitted.reservation.requestsInWindow;
    headers.push(...rateLimitHeaders(rateLimitAt(nowMs, { requestsPerMinute, used })));
  }
  if (admitted.reservation.outputTokens < admitted.wantedTokens || isLowered(admitted)) {
    headers.push('x-max-tokens-applied', String(admitted.reservation.outputTokens));
  }
  return headers;
}

/** The same, on an answer that somebody else writes out. */
export function setAdmittedHeaders(response: ServerResponse, admitted: Admitted, nowMs: number): void {
  setHeaders(response, admittedHeaders(admitted, nowMs));
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
