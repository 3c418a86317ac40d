import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccountEventsBus } from './account-events.js';
import { AccountsRepository } from './accounts.repository.js';
import { AccountsService } from './accounts.service.js';
import { ACCOUNTS_SETTINGS, type AccountsSettings } from './accounts.settings.js';
import { KeyGuard } from './key.guard.js';
import { KeyAuthenticator } from './key-authenticator.js';
import { isUsablePrefix } from './key-format.js';
import { KeyUse } from './key-use.job.js';
import { KeysRepository } from './keys.repository.js';
import { KeysService } from './keys.service.js';
import { SignIn } from './sign-in.js';

/** Owns people, accounts and keys. Its guard stands before every route of an application that imports it. */
@Module({})
export class AccountsModule {
  /** @throws RangeError for a prefix that keys could not be checked with */
  static forRoot(settings: AccountsSettings): DynamicModule {
    if (!isUsablePrefix(settings.keyPrefix)) {
      throw new RangeError('KEY_PREFIX must be 1 to 40 letters, digits, "_" or "-"');
    }
    return {
      module: AccountsModule,
      global: true,
      providers: [
        { provide: ACCOUNTS_SETTINGS, useValue: settings },
        AccountEventsBus,
        AccountsRepository,
        KeysRepository,
        AccountsService,
        KeysService,
        KeyUse,
        KeyAuthenticator,
        SignIn,
        KeyGuard,
        { provide: APP_GUARD, useExisting: KeyGuard },
      ],
      exports: [AccountEventsBus, AccountsService, KeysService, KeyAuthenticator],
    };
  }
}
