import { Injectable } from '@nestjs/common';
import type { Person } from '../current-member.js';
import { AttemptsService } from './attempts.service.js';
import type { AuthAnswer } from './auth-exchange.js';
import { AuthFacts } from './auth-facts.js';
import type { AuthPath } from './auth-paths.js';
import { PeopleRepository } from './people.repository.js';
import { PeopleService } from './people.service.js';

/** One request to the sign-in library, once it may be made. */
export interface Asked {
  path: string;
  rule: AuthPath;
  query: URLSearchParams;
  fields: Record<string, unknown>;
  /** Who asks, where that matters to what is asked. */
  person?: Person | undefined;
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

/** What follows from an answer of the sign-in library, before it is given. */
@Injectable()
export class AuthConsequencesService {
  constructor(
    private readonly attempts: AttemptsService,
    private readonly people: PeopleService,
    private readonly repository: PeopleRepository,
    private readonly facts: AuthFacts,
  ) {}

  /** The answer as it is to be given. */
  async of(asked: Asked, answer: AuthAnswer): Promise<AuthAnswer> {
    if (answer.status < 400) await this.tell(asked, answer);
    return answer;
  }

  /** The library stumbles over an address that somebody else took after the link to confirm it was sent. */
  async ofFailedLink({ query }: Asked): Promise<AuthAnswer | undefined> {
    const change = addressChangeOf(query.get('token') ?? '');
    const isTaken = change && (await this.repository.isTaken(change.newEmail, change.userUuid));
    if (!isTaken) return undefined;
    return { status: 302, headers: [['location', '/verified?error=address_taken']], body: null };
  }

  private async tell(asked: Asked, answer: AuthAnswer): Promise<void> {
    const { path, person, rule } = asked;
    const renewed = sessionTokenOf(answer);
    if (renewed && person?.chosenAccountUuid) await this.people.goOnIn(renewed, person.chosenAccountUuid);
    const body = answer.body as { token?: string; user?: { id: string } } | null;
    if (path === '/sign-up/email') answer.body = { status: true };
    if (path === '/change-password' && body?.user) {
      await this.facts.passwordChanged(body.user.id);
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

  /** Of a code that opened a session; one that was right for somebody who is signed in opens none. */
  private async isFirstUse(token: string, code: unknown, answer: AuthAnswer): Promise<boolean> {
    if (!answer.headers.some(([name]) => name === 'set-cookie')) return true;
    const session = await this.repository.sessionByToken(token);
    if (!session || (await this.attempts.isFirstUse(session.user_id, String(code)))) return true;
    await this.repository.endSession(token);
    return false;
  }
}

/** The token of a session that this answer begins; the cookie has it with its signature. */
function sessionTokenOf(answer: AuthAnswer): string | undefined {
  for (const [name, value] of answer.headers) {
    const token = name === 'set-cookie' ? /session_token=([^;.]+)\./.exec(value)?.[1] : undefined;
    if (token) return decodeURIComponent(token);
  }
  return undefined;
}

/** The change a link is to confirm. Its signature is the library's to check. */
function addressChangeOf(
  token: string,
): { userUuid: string; oldEmail: string; newEmail: string } | undefined {
  const payload = payloadOf(token);
  if (payload.requestType !== 'change-email-verification') return undefined;
  return { userUuid: payload.userId, oldEmail: payload.email, newEmail: payload.updateTo };
}

function payloadOf(token: string) {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  } catch {
    return {};
  }
}
