import { randomInt, randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import pg from 'pg';
import { type RunningProduct, startProduct } from '../../../tools/product/running-product.ts';

// A whole product starts, and a browser reads it, beside another test file.
jest.setTimeout(180_000);

export const PASSWORD = 'correct horse battery';

/** Somebody who has signed up, with what a browser would keep of it. */
export interface Person {
  name: string;
  email: string;
  cookies: Map<string, string>;
}

/** The built product as `npm start` runs it, with a database of its own and the sandbox as its models. */
export class Site {
  private constructor(
    private readonly product: RunningProduct,
    readonly url: string,
    readonly database: pg.Pool,
  ) {}

  static async start(): Promise<Site> {
    const product = await startProduct({
      // Nothing answers there, so the sandbox serves.
      OLLAMA_BASE_URL: 'http://127.0.0.1:9/v1',
      TRUST_PROXY: '127.0.0.1,::1',
      LOG_LEVEL: 'warn',
    });
    const database = new pg.Pool({ connectionString: product.databaseUrl, max: 3 });
    database.on('error', () => undefined);
    return new Site(product, product.url.replace('127.0.0.1', 'localhost'), database);
  }

  async stop(): Promise<void> {
    await this.database.end();
    await this.product.stop();
  }

  /** Asks the API as a page of somebody signed in would. Rejects unless it agrees. */
  async ask<T>(person: Person, method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        origin: this.url,
        cookie: [...person.cookies].map((pair) => pair.join('=')).join('; '),
        'x-forwarded-for': someAddress(),
        ...(body && { 'content-type': 'application/json' }),
      },
      redirect: 'manual',
      ...(body && { body: JSON.stringify(body) }),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      person.cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const text = await answer.text();
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text.startsWith('{') ? JSON.parse(text) : text) as T;
  }

  /** Signed up, verified and signed in, with the welcome credits. */
  async signUp(name: string): Promise<Person> {
    const person: Person = { name, email: `${randomUUID()}@example.com`, cookies: new Map() };
    const form = { name, email: person.email, password: PASSWORD, callbackURL: '/verified' };
    await this.ask(person, 'POST', '/api/auth/sign-up/email', form);
    await this.ask(
      person,
      'GET',
      new URL(await this.linkMailedTo(person.email)).pathname +
        new URL(await this.linkMailedTo(person.email)).search,
    );
    await this.ask(person, 'POST', '/api/auth/sign-in/email', form);
    return person;
  }

  /** The newest mail to an address. Its row is there before the request that caused it answers. */
  async mailTo(email: string): Promise<{ kind: string; subject: string; text: string; html: string }> {
    const { rows } = await this.database.query(
      `SELECT kind, subject, text_body AS text, html_body AS html FROM mails
       WHERE recipient = $1 ORDER BY id DESC LIMIT 1`,
      [email.toLowerCase()],
    );
    if (!rows[0]) throw new Error(`No mail was written to ${email}.`);
    return rows[0];
  }

  async linkMailedTo(email: string): Promise<string> {
    const { text } = await this.mailTo(email);
    const link = /https?:\/\/\S+/.exec(text)?.[0];
    if (!link) throw new Error(`No link in the mail: ${text}`);
    return link;
  }

  /** The account a person is in. */
  async accountOf(person: Person): Promise<string> {
    const { rows } = await this.database.query(
      `SELECT m.account_id FROM members m JOIN users u ON u.id = m.user_id WHERE u.email = $1 ORDER BY m.id LIMIT 1`,
      [person.email],
    );
    return rows[0].account_id;
  }

  /** What its processes said last. */
  readLog(): string {
    return this.product.readLog();
  }
}

/** A client's address, as a proxy before us would tell it. */
export const someAddress = () => `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`;

const POLL_MS = 50;
const PATIENCE_MS = 20_000;

/** What `look` finds, as soon as it is something. Rejects when that takes too long. */
export async function eventually<T>(look: () => Promise<T | null>): Promise<T> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > until) throw new Error('It did not happen.');
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}
