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
import { type AuthAnswer, answerOf, readFields, sendAnswer } from './auth-exchange.js';
import { AuthFacts } from './auth-facts.js';
import { AUTH_PATHS, AUTH_PREFIX, type AuthPath, CLIENT_ADDRESS_HEADER } from './auth-paths.js';
import { clientAddress } from './client-address.js';
import { PeopleRepository } from './people.repository.js';
import { PeopleService } from './people.service.js';

/** One request to the sign-in library, once it may be made. */
interface Asked {
  path: string;
  rule: AuthPath;
  query: URLSearchParams;
  fields: Record<string, unknown>;
  /** Who asks, where that matters to what is asked. */
  person?: Person;
}

/** What changes how somebody signs in: it is their session that says who they are, and no link or body. */
const OWN_SIGN_IN = new Set(['/change-password', '/change-email']);

/**
 * Stands in front of the sign-in library and before any body parser: lets through what is open of it, once per
 * request, from our own pages, as often as is decent; says what follows from it; puts its answers in our shape.
 */
@Injectable()
export class AuthEndpoint {
  private readonly logger = new Logger(AuthEndpoint.name);

  constructor(
    private readonly signIn: SignIn,
    private readonly attempts: AttemptsService,
    private readonly people: PeopleService,
    private readonly repository: PeopleRepository,
    private readonly facts: AuthFacts,
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

  private async ask(asked: Asked, request: IncomingMessage, client: string) {
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
    const answered = await auth.handler(new Request(url, { method: rule.method, headers, ...body }));
    const answer = await answerOf(answered);
    if (answer.status < 400) await this.tell(asked, answer);
    else if (path === '/verify-email') return this.explained(answer, query.get('token') ?? '');
    return answer;
  }

  /** A link may be followed several times at once, by whoever reads the mail and by what scans it. */
  private async tellAddressChange(token: string, answer: AuthAnswer): Promise<void> {
    const change = addressChangeOf(token);
    if (!change) return;
    if (await this.attempts.isFirstUse(change.userUuid, token)) await this.facts.addressChanged(change);
    answer.headers = answer.headers.map(([name, value]) => [
      name,
      name === 'location' ? '/verified?changed' : value,
    ]);
  }

  /** The library stumbles over an address that somebody else took after the link to confirm it was sent. */
  private async explained(answer: AuthAnswer, token: string): Promise<AuthAnswer> {
    const change = addressChangeOf(token);
    const isTaken = change && (await this.repository.isTaken(change.newEmail, change.userUuid));
    if (!isTaken) return answer;
    return { status: 302, headers: [['location', '/verified?error=address_taken']], body: null };
  }

  /** Of a code that opened a session; one that was right for somebody who is signed in opens none. */
  private async isFirstUse(token: string, code: unknown, answer: AuthAnswer): Promise<boolean> {
    if (!answer.headers.some(([name]) => name === 'set-cookie')) return true;
    const session = await this.repository.sessionByToken(token);
    if (!session || (await this.attempts.isFirstUse(session.user_id, String(code)))) return true;
    await this.repository.endSession(token);
    return false;
  }

  /** What follows from an answer, before it is given. */
  private async tell(asked: Asked, answer: AuthAnswer): Promise<void> {
    const { path, rule } = asked;
    const body = answer.body as { token?: string; user?: { id: string } } | null;
    if (path === '/sign-up/email') answer.body = { status: true };
    if (path === '/change-password' && body?.user) {
      await this.facts.passwordChanged(body.user.id);
      const accountUuid = asked.person?.chosenAccountUuid;
      if (body.token && accountUuid) await this.people.goOnIn(body.token, accountUuid);
      answer.body = { status: true };
    }
    if (path === '/verify-email' && !answer.headers.some(([, value]) => value.includes('error='))) {
      await this.tellAddressChange(asked.query.get('token') ?? '', answer);
    }
    if (!rule.signsIn || !body?.token) return;
    const { token, ...rest } = body;
    if (path === '/two-factor/verify-totp' && !(await this.isFirstUse(token, asked.fields.code, answer))) {
      answer.status = 401;
      answer.headers = [];
      answer.body = USED_CODE;
      return;
    }
    // The cookie carries the session; a script has no use for its token.
    answer.body = rest;
    await this.people.signedIn(token);
  }
}

/** The library takes a code as often as it comes while it is valid; a second one to see it must not get in. */
const USED_CODE = {
  error: {
    message: 'This code was used before. Wait for the next one.',
    type: 'authentication_error',
    param: null,
    code: 'invalid_code',
  },
};

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

function payloadOf(token: string) {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  } catch {
    return {};
  }
}

/** The change a link is to confirm. Its signature is the library's to check. */
function addressChangeOf(
  token: string,
): { userUuid: string; oldEmail: string; newEmail: string } | undefined {
  const payload = payloadOf(token);
  if (payload.requestType !== 'change-email-verification') return undefined;
  return { userUuid: payload.userId, oldEmail: payload.email, newEmail: payload.updateTo };
}
