import type { IncomingMessage, ServerResponse } from 'node:http';
import { DomainError } from '#common';

/** Far more than any form of ours. */
const MOST_BYTES = 16 * 1024;

/**
 * The fields of a JSON body.
 * @throws DomainError `request_too_large`, `invalid_json`
 */
export async function readFields(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new DomainError('request_too_large', 'The request body is too large.');
    chunks.push(chunk);
  }
  if (bytes === 0) return {};
  try {
    const fields: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (fields !== null && typeof fields === 'object' && !Array.isArray(fields)) {
      return fields as Record<string, unknown>;
    }
  } catch {
    // Said below, as for a body that is JSON and no object.
  }
  throw new DomainError('invalid_json', 'The request body is not a JSON object.');
}

export interface AuthAnswer {
  status: number;
  headers: [string, string][];
  body: unknown;
}

const KEPT_HEADERS = new Set(['set-cookie', 'location']);

/** The library's answer, an error of it in the shape of all our errors. */
export async function answerOf(answered: Response): Promise<AuthAnswer> {
  const text = await answered.text();
  const body: unknown = text === '' ? null : JSON.parse(text);
  const headers = [...answered.headers].filter(([name]) => KEPT_HEADERS.has(name));
  if (answered.status < 400) return { status: answered.status, headers, body };
  const { code, message } = (body ?? {}) as { code?: string; message?: string };
  const error = {
    message: message ?? 'This did not work.',
    type: typeOf(answered.status),
    param: null,
    code: (code ?? (answered.status === 401 ? 'not_signed_in' : 'invalid_value')).toLowerCase(),
  };
  return { status: answered.status, headers, body: { error } };
}

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 404) return 'not_found_error';
  return status >= 500 ? 'api_error' : 'invalid_request_error';
}

export function sendAnswer(response: ServerResponse, answer: AuthAnswer): void {
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) response.appendHeader(name, value);
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(answer.body));
}
