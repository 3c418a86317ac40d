/**
 * Requests to POST /v1/chat/completions that must be refused with an error an OpenAI SDK can read: never a 500, nothing
 * held, no upstream called. They suppose a key that may use the model `llama3.2:3b` and that no other model here exists.
 */
export interface BadInputCase {
  name: string;
  /** Made only when its turn comes: some are large. */
  body: Buffer | (() => Buffer);
  status: number;
  code?: string;
  /** The `param` of the error; null where no single field is at fault. */
  param?: string | null;
}

export const MODEL = 'llama3.2:3b';
export const HELLO = [{ role: 'user', content: 'hello' }];
export const GOOD = { model: MODEL, messages: HELLO };
export const GOOD_TEXT = `"model":"${MODEL}","messages":${JSON.stringify(HELLO)}`;
export function refused(
  name: string,
  body: string | Buffer,
  code: string,
  param: string | null,
): BadInputCase {
  return { name, body: typeof body === 'string' ? Buffer.from(body) : body, status: 400, code, param };
}

/** A good request but for these fields. */
export function withFields(
  name: string,
  fields: Record<string, unknown>,
  code: string,
  param: string,
): BadInputCase {
  return refused(name, JSON.stringify({ ...GOOD, ...fields }), code, param);
}

/** A good request but for this raw text among its fields. */
export function withText(name: string, text: string, code: string, param: string | null): BadInputCase {
  return refused(name, `{${GOOD_TEXT},${text}}`, code, param);
}

export const invalid = 'invalid_value';
export const missing = 'missing_field';
