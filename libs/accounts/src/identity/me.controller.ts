import { Body, Controller, Delete, Get, HttpCode, Inject, Patch, Post, Put } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { idFromUuid } from '#common';
import { Transactions } from '#database';
import { Member, Session } from '#http';
import { accountErrors } from '../accounts.errors.js';
import { ACCOUNTS_SETTINGS, type AccountsSettings } from '../accounts.settings.js';
import { AccountClosingService } from '../closing/account-closing.service.js';
import {
  CurrentMember,
  type Member as CurrentMemberOf,
  CurrentPerson,
  type Person,
} from '../current-member.js';
import { RIGHTS_OF_ROLE } from '../member-rights.js';
import { InvitationAnswersService } from '../team/invitation-answers.service.js';
import { TeamService } from '../team/team.service.js';
import {
  AccountNameDto,
  type ActiveAccountDto,
  ChooseAccountDto,
  CloseAccountDto,
  ClosedDto,
  MeDto,
  type MyAccountDto,
  NewAccountDto,
  UpdateMeDto,
} from './me.dto.js';
import { type Membership, MembersRepository } from './members.repository.js';
import { PeopleRepository } from './people.repository.js';
import { PeopleService } from './people.service.js';

/** Whoever is signed in, and the accounts they are in. */
@Controller('api/dashboard')
@ApiTags('account')
export class MeController {
  constructor(
    private readonly members: MembersRepository,
    private readonly people: PeopleService,
    private readonly repository: PeopleRepository,
    private readonly team: TeamService,
    private readonly invitations: InvitationAnswersService,
    private readonly closing: AccountClosingService,
    private readonly transactions: Transactions,
    @Inject(ACCOUNTS_SETTINGS) private readonly settings: AccountsSettings,
  ) {}

  @Get('me')
  @Session()
  @ApiOperation({ operationId: 'getMe', summary: 'Who is signed in, in which account, with what rights' })
  @ApiOkResponse({ type: MeDto })
  async me(@CurrentPerson() person: Person): Promise<MeDto> {
    const { userId: id, name, email, emailVerified, locale, twoFactorEnabled, isOperator } = person;
    const [memberships, invitations] = await Promise.all([
      this.members.of(person.userUuid),
      this.invitations.openTo(person),
    ]);
    const active = memberships.find((one) => one.accountUuid === person.chosenAccountUuid) ?? memberships[0];
    const operatorNeedsTwoFactor = isOperator && !twoFactorEnabled && this.settings.mode === 'production';
    return {
      user: { id, name, email, emailVerified, locale, twoFactorEnabled, isOperator, operatorNeedsTwoFactor },
      accounts: memberships.map(accountOf),
      active: active ? activeOf(active) : null,
      invitations: invitations.map((row) => ({
        id: idFromUuid('invitation', row.id),
        accountName: row.account_name,
        inviterName: row.inviter_name,
      })),
    };
  }

  @Patch('me')
  @HttpCode(204)
  @Session()
  @ApiOperation({ operationId: 'updateMe', summary: 'Change your name or language' })
  @ApiNoContentResponse()
  update(@CurrentPerson() person: Person, @Body() body: UpdateMeDto): Promise<void> {
    return this.people.rename(person, body);
  }

  @Post('accounts')
  @Session()
  @ApiOperation({ operationId: 'createAccount', summary: 'Open an account for a team' })
  @ApiCreatedResponse({ type: NewAccountDto })
  async create(@CurrentPerson() person: Person, @Body() body: AccountNameDto): Promise<NewAccountDto> {
    if (!person.emailVerified) throw accountErrors.accountNotFound();
    const { accountId } = await this.team.create(person, body);
    return { id: accountId };
  }

  @Put('active-account')
  @HttpCode(204)
  @Session()
  @ApiOperation({ operationId: 'chooseAccount', summary: 'Go to another of your accounts, in this session' })
  @ApiNoContentResponse()
  async choose(@CurrentPerson() person: Person, @Body() body: ChooseAccountDto): Promise<void> {
    const memberships = await this.members.of(person.userUuid);
    const chosen = memberships.find((one) => one.accountId === body.accountId);
    if (!chosen) throw accountErrors.accountNotFound();
    await this.transactions.run((tx) =>
      this.repository.chooseAccount(tx, person.sessionUuid, chosen.accountUuid),
    );
  }

  @Patch('account')
  @HttpCode(204)
  @Member('account:write')
  @ApiOperation({ operationId: 'renameAccount', summary: 'Change the name of the active account' })
  @ApiNoContentResponse()
  rename(@CurrentMember() member: CurrentMemberOf, @Body() body: AccountNameDto): Promise<void> {
    return this.team.rename(member, body);
  }

  @Delete('account')
  @Member('account:delete')
  @ApiOperation({
    operationId: 'closeAccount',
    summary: 'Close the active account for good; a personal one with its person',
  })
  @ApiOkResponse({ type: ClosedDto })
  async close(@CurrentMember() member: CurrentMemberOf, @Body() body: CloseAccountDto): Promise<ClosedDto> {
    return { state: await this.closing.close(member, body) };
  }
}

function accountOf({ accountId: id, name, kind, role }: Membership): MyAccountDto {
  return { id, name, kind, role };
}

function activeOf(membership: Membership): ActiveAccountDto {
  return {
    ...accountOf(membership),
    rights: [...RIGHTS_OF_ROLE[membership.role]],
    suspendedAt: membership.suspendedAt?.toISOString() ?? null,
    createdAt: membership.createdAt.toISOString(),
  };
}
