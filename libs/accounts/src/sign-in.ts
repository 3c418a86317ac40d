import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { idFromUuid } from '#common';
import { PG_POOL } from '#database';
import { ACCOUNTS_SETTINGS, type AccountsSettings } from './accounts.settings.js';
import type { Auth } from './auth.js';
import type { Person } from './current-member.js';
import { AuthFacts } from './identity/auth-facts.js';
import { localeOf } from './locale.js';

/** The sign-in library, loaded when first asked for: it costs 0.7 s and 50 MB, which commands and jobs need not pay. */
@Injectable()
export class SignIn {
  private loading: Promise<Auth> | undefined;

  constructor(
    @Inject(ACCOUNTS_SETTINGS) private readonly settings: AccountsSettings,
    @Inject(PG_POOL) private readonly pool: pg.Pool,
    private readonly facts: AuthFacts,
  ) {}

  auth(): Promise<Auth> {
    this.loading ??= import('./auth.js').then(({ createAuth }) =>
      createAuth({
        secret: this.settings.authSecret,
        publicUrl: this.settings.publicUrl,
        brandName: this.settings.brandName ?? 'LLM Resayil',
        pool: this.pool,
        facts: this.facts,
      }),
    );
    return this.loading;
  }

  /** Whose session these headers carry, with cookies to set when it was prolonged; undefined: nobody's. */
  async personOf(headers: IncomingHttpHeaders): Promise<{ person: Person; cookies: string[] } | undefined> {
    if (!headers.cookie) return undefined;
    const auth = await this.auth();
    const { headers: answered, response } = await auth.api.getSession({
      headers: new Headers({ cookie: headers.cookie }),
      returnHeaders: true,
    });
    if (!response || response.user.banned) return undefined;
    const { user, session } = response;
    return {
      person: {
        userId: idFromUuid('user', user.id),
        userUuid: user.id,
        email: user.email,
        name: user.name,
        locale: localeOf(user.locale as string | null),
        isOperator: user.role === 'operator',
        emailVerified: user.emailVerified,
        twoFactorEnabled: user.twoFactorEnabled === true,
        sessionUuid: session.id,
        chosenAccountUuid: session.activeOrganizationId ?? null,
      },
      cookies: answered.getSetCookie(),
    };
  }

  /** Whether this is the person's password. Takes as long for a person who has none. */
  async isPasswordOf(userUuid: string, password: string): Promise<boolean> {
    const context = await (await this.auth()).$context;
    const identity = await context.internalAdapter.findCredentialAccount(userUuid);
    if (!identity?.password) {
      await context.password.hash(password);
      return false;
    }
    return context.password.verify({ hash: identity.password, password });
  }

  /** The hash that sign-in compares a password with. It needs no secret, so the command line can make one. */
  async hash(password: string): Promise<string> {
    const { hashPassword } = await import('better-auth/crypto');
    return hashPassword(password);
  }
}
