/** Why the API did not do what it was asked: its own words, and what to quote or wait for. */
export interface Failure {
  /** Null: no answer came at all. */
  status: number | null;
  code: string | null;
  /** The field it is about, where the API named one. */
  param: string | null;
  message: string | null;
  requestId: string | null;
  /** Seconds until it is worth asking again, where the API said so. */
  waitSeconds: number | null;
}

export type Outcome<T> = { ok: true; value: T } | { ok: false; failure: Failure };

/** Asks the API from the visitor's browser, on the page's own address and with its session. */
export async function send<T>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
): Promise<Outcome<T>> {
  try {
    const response = await fetch(path, {
      method,
      headers: body ? { 'content-type': 'application/json' } : {},
      body: body && JSON.stringify(body),
      cache: 'no-store',
    });
    const json = await response.json().catch(() => null);
    return response.ok ? { ok: true, value: json as T } : { ok: false, failure: readFailure(response, json) };
  } catch {
    return {
      ok: false,
      failure: { status: null, code: null, param: null, message: null, requestId: null, waitSeconds: null },
    };
  }
}

/** Two shapes arrive: the API's own `{error: {code, message}}`, and sign-in's `{code, message}`. */
export function readFailure(response: Pick<Response, 'status' | 'headers'>, json: unknown): Failure {
  const outer = fieldsOf(json);
  const inner = 'error' in outer ? fieldsOf(outer.error) : outer;
  const wait = Number(response.headers.get('retry-after') ?? response.headers.get('x-retry-after') ?? 'none');
  return {
    status: response.status,
    code: typeof inner.code === 'string' ? inner.code : null,
    param: typeof inner.param === 'string' ? inner.param : null,
    message: typeof inner.message === 'string' ? inner.message : null,
    requestId: response.headers.get('x-request-id'),
    waitSeconds: Number.isFinite(wait) ? Math.ceil(wait) : null,
  };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
