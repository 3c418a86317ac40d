import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL } from '#database';
import { ACCOUNTS_SETTINGS, type AccountsSettings } from './accounts.settings.js';
import type { Auth } from './auth.js';

/** The sign-in library, loaded when first asked for: it costs 0.7 s and 50 MB, which commands and jobs need not pay. */
@Injectable()
export class SignIn {
  private loading: Promise<Auth> | undefined;

  constructor(
    @Inject(ACCOUNTS_SETTINGS) private readonly settings: AccountsSettings,
    @Inject(PG_POOL) private readonly pool: pg.Pool,
  ) {}

  auth(): Promise<Auth> {
    this.loading ??= import('./auth.js').then(({ createAuth }) =>
      createAuth({ secret: this.settings.authSecret, publicUrl: this.settings.publicUrl, pool: this.pool }),
    );
    return this.loading;
  }
}
