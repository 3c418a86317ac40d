import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import { AccountEventsBus } from './account-events.js';
import { AccountsRepository } from './accounts.repository.js';
import { AccountsService } from './accounts.service.js';
import { ACCOUNTS_SETTINGS, type AccountsSettings } from './accounts.settings.js';
import { AccountClosingRepository } from './closing/account-closing.repository.js';
import { AccountClosingService } from './closing/account-closing.service.js';
import { ClosingBooksService } from './closing/closing-books.service.js';
import { ForgottenPeopleRepository } from './closing/forgotten-people.repository.js';
import { ForgottenPeopleService } from './closing/forgotten-people.service.js';
import { AccountsUpkeepJob } from './identity/accounts-upkeep.job.js';
import { AddresseesService } from './identity/addressees.service.js';
import { AttemptsService } from './identity/attempts.service.js';
import { AuthConsequencesService } from './identity/auth-consequences.service.js';
import { AuthEndpoint } from './identity/auth-endpoint.js';
import { AuthFacts } from './identity/auth-facts.js';
import { MeController } from './identity/me.controller.js';
import { MembersRepository } from './identity/members.repository.js';
import { OperatorsService } from './identity/operators.service.js';
import { PeopleRepository } from './identity/people.repository.js';
import { PeopleService } from './identity/people.service.js';
import { KeyAuthenticator } from './key-authenticator.js';
import { isUsablePrefix } from './key-format.js';
import { KeyUse } from './key-use.job.js';
import { AccountKeysController } from './keys/account-keys.controller.js';
import { KeyChangesService } from './keys/key-changes.service.js';
import { KeysRepository } from './keys.repository.js';
import { KeysService } from './keys.service.js';
import { DemoPeopleService } from './provided/demo-people.service.js';
import { ProvidedSignInsRepository } from './provided/provided-sign-ins.repository.js';
import { ProvidedSignInsService } from './provided/provided-sign-ins.service.js';
import { SignIn } from './sign-in.js';
import { AccountChangesService } from './team/account-changes.service.js';
import { InvitationAnswersService } from './team/invitation-answers.service.js';
import { InvitationsController } from './team/invitations.controller.js';
import { InvitationsService } from './team/invitations.service.js';
import { TeamController } from './team/team.controller.js';
import { TeamRepository } from './team/team.repository.js';
import { TeamService } from './team/team.service.js';

const REPOSITORIES = [
  AccountsRepository,
  KeysRepository,
  PeopleRepository,
  MembersRepository,
  TeamRepository,
  AccountClosingRepository,
  ForgottenPeopleRepository,
  ProvidedSignInsRepository,
];

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
      controllers: [MeController, TeamController, InvitationsController, AccountKeysController],
      providers: [
        { provide: ACCOUNTS_SETTINGS, useValue: settings },
        ...REPOSITORIES,
        AccountEventsBus,
        AccountsService,
        AddresseesService,
        PeopleService,
        OperatorsService,
        TeamService,
        AccountChangesService,
        InvitationsService,
        InvitationAnswersService,
        AccountClosingService,
        ClosingBooksService,
        ForgottenPeopleService,
        ProvidedSignInsService,
        DemoPeopleService,
        KeysService,
        KeyChangesService,
        KeyUse,
        KeyAuthenticator,
        AttemptsService,
        AuthFacts,
        AuthConsequencesService,
        SignIn,
        AuthEndpoint,
        AccountsUpkeepJob,
        AccessGuard,
        { provide: APP_GUARD, useExisting: AccessGuard },
      ],
      exports: [
        AccountEventsBus,
        AccountsService,
        AuthEndpoint,
        ClosingBooksService,
        DemoPeopleService,
        KeyAuthenticator,
        KeysService,
        OperatorsService,
        AddresseesService,
        PeopleService,
        ProvidedSignInsService,
        SignIn,
      ],
    };
  }
}
