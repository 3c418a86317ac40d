import { connection } from 'next/server';
import createClient from 'openapi-fetch';
import { config } from '@/lib/config';
import type { paths } from './generated/schema';

/** Longer than the API ever takes to read its catalog; short enough that a page never hangs on it. */
const TIMEOUT_MS = 5_000;

/** The API did not answer, or not with what was asked for; `requestId` when it said which request that was. */
export interface Unreachable {
  ok: false;
  status: number | null;
  requestId: string | null;
}

export type Answer<T> = { ok: true; value: T } | Unreachable;

/** The API as its own OpenAPI document describes it. Every call asks afresh: prices are never shown from a cache. */
export function api() {
  return createClient<paths>({ baseUrl: config().apiInternalUrl, cache: 'no-store' });
}

/**
 * Awaits one call. A server that is away, slow or wrong is an answer the page shows, not an exception:
 * an exception would take the rest of the page with it.
 */
export async function answered<T>(
  call: (signal: AbortSignal) => Promise<{ data?: T; response: Response }>,
): Promise<Answer<T>> {
  // Prices belong to the moment of the request: a build renders nothing that asks for them.
  await connection();
  try {
    const { data, response } = await call(AbortSignal.timeout(TIMEOUT_MS));
    if (data !== undefined) return { ok: true, value: data };
    return { ok: false, status: response.status, requestId: response.headers.get('x-request-id') };
  } catch (error) {
    console.error('the API did not answer', error);
    return { ok: false, status: null, requestId: null };
  }
}
