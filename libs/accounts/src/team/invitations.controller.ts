import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Session } from '#http';
import { CurrentPerson, type Person } from '../current-member.js';
import { InvitationAnswersService } from './invitation-answers.service.js';
import { AcceptedDto, InvitationDto } from './team.dto.js';
import { stateOf } from './team.repository.js';

/** An invitation as the person it is addressed to has it; for anybody else there is none. */
@Controller('api/dashboard/invitations')
@ApiTags('team')
@Session()
export class InvitationsController {
  constructor(private readonly invitations: InvitationAnswersService) {}

  @Get(':id')
  @ApiOperation({ operationId: 'getInvitation', summary: 'Who invites you, into what' })
  @ApiOkResponse({ type: InvitationDto })
  async show(@CurrentPerson() person: Person, @Param('id') id: string): Promise<InvitationDto> {
    const row = await this.invitations.show(person, id);
    return {
      state: stateOf(row),
      accountName: row.account_name,
      inviterName: row.inviter_name,
      role: row.role,
      email: row.email,
      expiresAt: row.expires_at.toISOString(),
    };
  }

  @Post(':id/accept')
  @HttpCode(200)
  @ApiOperation({ operationId: 'acceptInvitation', summary: 'Join the account' })
  @ApiOkResponse({ type: AcceptedDto })
  accept(@CurrentPerson() person: Person, @Param('id') id: string): Promise<AcceptedDto> {
    return this.invitations.accept(person, id);
  }

  @Post(':id/decline')
  @HttpCode(204)
  @ApiOperation({ operationId: 'declineInvitation', summary: 'Say no' })
  @ApiNoContentResponse()
  decline(@CurrentPerson() person: Person, @Param('id') id: string): Promise<void> {
    return this.invitations.decline(person, id);
  }
}
