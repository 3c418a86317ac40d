import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { asDomainError, errorStatus, requireSameOrigin, sendError } from '#http';
import { accountErrors } from '../accounts.errors.js';
import { ACCOUNTS_SETTINGS, type AccountsSettings } from '../accounts.settings.js';
import type { Person } from '../current-member.js';
import { checkName } from '../key-input.js';
import { SignIn } from '../sign-in.js';
import { AttemptsService } from './attempts.service.js';
import { type Asked, AuthConsequencesService } from './auth-consequences.service.js';
import { type AuthAnswer, answerOf, readFields, sendAnswer } from './auth-exchange.js';
import { AUTH_PATHS, AUTH_PREFIX, CLIENT_ADDRESS_HEADER } from './auth-paths.js';
import { clientAddress } from './client-address.js';
import { PeopleRepository } from './people.repository.js';

/** What changes how somebody signs in: it is their session that says who they are, and no link or body. */
const OWN_SIGN_IN = new Set(['/change-password', '/change-email', '/two-factor/disable']);

/**
 * Stands in front of the sign-in library and before any body parser: lets through what is open of it, once per
 * request, from our own pages, as often as is decent; puts its answers in our shape.
 */
@Injectable()
export class AuthEndpoint {
  private readonly logger = new Logger(AuthEndpoint.name);

  constructor(
    private readonly signIn: SignIn,
    private readonly attempts: AttemptsService,
    private readonly repository: PeopleRepository,
    private readonly consequences: AuthConsequencesService,
    @Inject(ACCOUNTS_SETTINGS) private readonly settings: AccountsSettings,
  ) {}

  serve(request: IncomingMessage, response: ServerResponse): void {
    this.answer(request, response).catch((thrown: unknown) => {
      const error = asDomainError(thrown);
      if (errorStatus(error) >= 500) this.logger.error({ code: error.code, internal: error.detail.internal });
      sendError(response, error);
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [pathname = '', query = ''] = (request.url ?? '').split('?', 2);
    const path = pathname.slice(AUTH_PREFIX.length);
    const rule = AUTH_PATHS.get(path);
    if (!rule || rule.method !== request.method) throw accountErrors.nothingHere();
    requireSameOrigin(request, this.settings.publicUrl);
    const fields = rule.method === 'POST' ? await readFields(request) : {};
    const startedAtMs = performance.now();
    const client = clientAddress(request, this.settings.trustedProxies ?? []);
    const email = typeof fields.email === 'string' ? fields.email : undefined;
    if (rule.counted) await this.attempts.count(rule.counted, { email, client });
    if (path === '/sign-up/email') {
      await this.requireOpenSignUp(email);
      // The library takes any text; a name ends up in mails and their headers.
      fields.name = checkName(typeof fields.name === 'string' ? fields.name : '');
    }
    const asked: Asked = { path, rule, query: new URLSearchParams(query), fields };
    if (OWN_SIGN_IN.has(path)) asked.person = await this.requirePerson(request);
    // Asked to sign in, and, of somebody who is, to switch the second factor on.
    if (path === '/two-factor/verify-totp')
      asked.person = (await this.signIn.personOf(request.headers))?.person;
    if (path === '/change-email') await this.requirePassword(asked);
    const answer = await this.ask(asked, request, client);
    const wait = startedAtMs + (rule.leastMs ?? 0) - performance.now();
    if (wait > 0) await pause(wait);
    sendAnswer(response, answer);
  }

  private async requireOpenSignUp(email: string | undefined): Promise<void> {
    const { signup = 'open' } = this.settings;
    if (signup === 'closed') throw accountErrors.signUpClosed();
    if (
      signup === 'invite' &&
      !(email && (await this.repository.hasInvitation(email.trim().toLowerCase())))
    ) {
      throw accountErrors.signUpByInvitation();
    }
  }

  private async requirePerson(request: IncomingMessage): Promise<Person> {
    const signedIn = await this.signIn.personOf(request.headers);
    if (!signedIn) throw accountErrors.notSignedIn();
    return signedIn.person;
  }

  /** The library changes an address without it, so a session somebody left open could take the person's place. */
  private async requirePassword({ person, fields }: Asked): Promise<void> {
    const { password } = fields;
    const isRight =
      person && typeof password === 'string' && (await this.signIn.isPasswordOf(person.userUuid, password));
    if (!isRight) throw accountErrors.wrongPassword();
  }

  private async ask(asked: Asked, request: IncomingMessage, client: string): Promise<AuthAnswer> {
    const { path, rule, query } = asked;
    const origin = new URL(this.settings.publicUrl).origin;
    const url = new URL(`${AUTH_PREFIX}${path}`, origin);
    if (path === '/verify-email') {
      url.searchParams.set('token', query.get('token') ?? '');
      // Where it lands is ours to say: a link in a mail must not lead to another site.
      url.searchParams.set('callbackURL', '/verified');
    }
    const headers = new Headers({ origin, [CLIENT_ADDRESS_HEADER]: client });
    if (request.headers.cookie) headers.set('cookie', request.headers.cookie);
    if (request.headers['user-agent']) headers.set('user-agent', request.headers['user-agent']);
    if (rule.method === 'POST') headers.set('content-type', 'application/json');
    const body = rule.method === 'POST' ? { body: JSON.stringify(fieldsFor(asked)) } : {};
    const auth = await this.signIn.auth();
    try {
      const answered = await auth.handler(new Request(url, { method: rule.method, headers, ...body }));
      return await this.consequences.of(asked, await answerOf(answered));
    } catch (error) {
      const explained = path === '/verify-email' && (await this.consequences.ofFailedLink(asked));
      if (explained) return explained;
      throw error;
    }
  }
}

/** Fields of the library's that no page of ours sends. */
const NOT_ASKED = new Set([
  'callbackURL',
  'redirectTo',
  'errorCallbackURL',
  'image',
  'trustDevice',
  'disableSession',
]);

/**
 * What the library is given: pages do not say where links lead, a new password always ends other sessions, and no
 * browser is excused from the second factor.
 */
function fieldsFor({ path, fields }: Asked): Record<string, unknown> {
  const rest = Object.fromEntries(Object.entries(fields).filter(([name]) => !NOT_ASKED.has(name)));
  if (path === '/change-email') return { newEmail: rest.newEmail };
  return path === '/change-password' ? { ...rest, revokeOtherSessions: true } : rest;
}
