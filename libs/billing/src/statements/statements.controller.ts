import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { CurrentMember, type Member as CurrentMemberOf } from '#accounts';
import { Member } from '#http';
import { BalanceDto } from './balance.dto.js';
import { KeySpendingService } from './key-spending.service.js';
import { ENTRY_KINDS, EntriesDto, GrantsDto, HoldsDto, KeysSpendingDto, PlansDto } from './statement.dto.js';
import { StatementsService } from './statements.service.js';

/** The active account's credits. */
@Controller('api/dashboard')
@ApiTags('billing')
export class StatementsController {
  constructor(
    private readonly statements: StatementsService,
    private readonly keySpending: KeySpendingService,
  ) {}

  /** Asked every 1.5 s by each open page. */
  @Get('balance')
  @Member('account:read')
  @ApiOperation({ operationId: 'getBalance', summary: 'What there is, and what it will last' })
  @ApiOkResponse({ type: BalanceDto })
  balance(@CurrentMember() member: CurrentMemberOf): Promise<BalanceDto> {
    return this.statements.balance(member.accountUuid);
  }

  @Get('billing/grants')
  @Member('billing:read')
  @ApiOperation({ operationId: 'listGrants', summary: 'Credits given, and what is left of them' })
  @ApiOkResponse({ type: GrantsDto })
  grants(@CurrentMember() member: CurrentMemberOf): Promise<GrantsDto> {
    return this.statements.grants(member.accountUuid);
  }

  @Get('billing/ledger')
  @Member('billing:read')
  @ApiQuery({ name: 'cursor', required: false })
  @ApiQuery({ name: 'limit', required: false, description: '1 to 200; default 50.' })
  @ApiQuery({ name: 'kind', required: false, enum: ENTRY_KINDS })
  @ApiOperation({ operationId: 'listEntries', summary: 'The ledger, line by line' })
  @ApiOkResponse({ type: EntriesDto })
  entries(
    @CurrentMember() member: CurrentMemberOf,
    @Query() query: { cursor?: string; limit?: string; kind?: string },
  ): Promise<EntriesDto> {
    return this.statements.entries(member.accountUuid, query);
  }

  @Get('billing/holds')
  @Member('billing:read')
  @ApiOperation({ operationId: 'listHolds', summary: 'Credits set aside for requests in flight' })
  @ApiOkResponse({ type: HoldsDto })
  holds(@CurrentMember() member: CurrentMemberOf): Promise<HoldsDto> {
    return this.statements.holds(member.accountUuid);
  }

  @Get('billing/plans')
  @Member('billing:read')
  @ApiOperation({ operationId: 'listPlans', summary: 'Plans there are, and which is yours' })
  @ApiOkResponse({ type: PlansDto })
  plans(@CurrentMember() member: CurrentMemberOf): Promise<PlansDto> {
    return this.statements.plans(member.accountUuid);
  }

  @Get('keys/spending')
  @Member('keys:read')
  @ApiOperation({ operationId: 'listKeySpending', summary: 'What keys have spent of their budgets' })
  @ApiOkResponse({ type: KeysSpendingDto })
  spending(@CurrentMember() member: CurrentMemberOf): Promise<KeysSpendingDto> {
    return this.keySpending.spending(member.accountId);
  }
}
