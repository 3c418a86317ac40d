import { createHmac, randomInt, randomUUID } from 'node:crypto';
import { type Answer, call } from './http-call.js';

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The token of a link in a verification mail, as the sign-in library makes it. */
export function verificationToken(
  secret: string,
  payload: { email: string; [more: string]: unknown },
): string {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const content = `${base64url({ alg: 'HS256' })}.${base64url({ ...payload, iat: nowSeconds, exp: nowSeconds + 600 })}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}

export const PASSWORD = 'correct horse battery';

/** Somebody with a browser: keeps cookies, comes from our own pages and from an address of their own. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  readonly address = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`;

  constructor(
    readonly url: (number?: number) => string,
    readonly origin: string,
    readonly email = `${randomUUID()}@example.com`,
  ) {}

  async send(
    method: string,
    path: string,
    options: { body?: unknown; headers?: Record<string, string>; number?: number } = {},
  ): Promise<Answer> {
    const headers: Record<string, string> = { 'x-forwarded-for': this.address, ...options.headers };
    if (this.cookies.size > 0) headers.cookie = [...this.cookies].map((pair) => pair.join('=')).join('; ');
    if (method !== 'GET' && headers.origin === undefined) headers.origin = this.origin;
    const body = options.body === undefined ? undefined : JSON.stringify(options.body);
    if (body !== undefined) {
      headers['content-type'] = 'application/json';
      // Node says it by itself, but not of a DELETE.
      headers['content-length'] = String(Buffer.byteLength(body));
    }
    const answer = await call(this.url(options.number), {
      method,
      path,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    for (const cookie of [answer.headers['set-cookie'] ?? []].flat()) this.keep(cookie);
    return answer;
  }

  get(path: string): Promise<Answer> {
    return this.send('GET', path);
  }

  post(path: string, body: unknown = {}): Promise<Answer> {
    return this.send('POST', path, { body });
  }

  private keep(cookie: string): void {
    const [pair = ''] = cookie.split(';');
    const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
    if (value === '') this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
