import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { idFromUuid } from '#common';
import { Member } from '#http';
import { MEMBER_ROLES } from '../auth-roles.js';
import { CurrentMember, type Member as CurrentMemberOf } from '../current-member.js';
import { PeopleService } from '../identity/people.service.js';
import { RIGHTS_OF_ROLE, requireRight } from '../member-rights.js';
import { InvitationsService } from './invitations.service.js';
import { InviteDto, InvitedDto, SetRoleDto, TeamDto } from './team.dto.js';
import { stateOf, TeamRepository } from './team.repository.js';
import { TeamService, userIdOf } from './team.service.js';

/** The people of the active account. */
@Controller('api/dashboard/team')
@ApiTags('team')
export class TeamController {
  constructor(
    private readonly team: TeamService,
    private readonly invitations: InvitationsService,
    private readonly people: PeopleService,
    private readonly repository: TeamRepository,
  ) {}

  @Get()
  @Member('team:read')
  @ApiOperation({ operationId: 'getTeam', summary: 'Members, invitations, and what each role may do' })
  @ApiOkResponse({ type: TeamDto })
  async list(@CurrentMember() member: CurrentMemberOf): Promise<TeamDto> {
    const [members, invitations] = await Promise.all([
      this.people.membersOf(member.accountUuid),
      this.repository.sent(member.accountUuid),
    ]);
    return {
      members: members.map(({ userUuid, name, email, role, joinedAt }) => ({
        userId: userIdOf(userUuid),
        name,
        email,
        role,
        joinedAt: joinedAt.toISOString(),
        isYou: userUuid === member.person.userUuid,
      })),
      invitations: invitations.map((row) => ({
        id: idFromUuid('invitation', row.id),
        email: row.email,
        role: row.role,
        state: stateOf(row),
        expiresAt: row.expires_at.toISOString(),
        inviterName: row.inviter_name,
      })),
      roles: MEMBER_ROLES.map((role) => ({ role, rights: [...RIGHTS_OF_ROLE[role]] })),
    };
  }

  @Post('invitations')
  @Member('team:write')
  @ApiOperation({ operationId: 'inviteMember', summary: 'Invite somebody by mail' })
  @ApiCreatedResponse({ type: InvitedDto })
  async invite(@CurrentMember() member: CurrentMemberOf, @Body() body: InviteDto): Promise<InvitedDto> {
    const { invitationId } = await this.invitations.invite(member, body);
    return { id: invitationId };
  }

  @Delete('invitations/:id')
  @HttpCode(204)
  @Member('team:write')
  @ApiOperation({ operationId: 'withdrawInvitation', summary: 'Take an invitation back' })
  @ApiNoContentResponse()
  withdraw(@CurrentMember() member: CurrentMemberOf, @Param('id') id: string): Promise<void> {
    return this.invitations.withdraw(member, id);
  }

  @Patch('members/:userId')
  @HttpCode(204)
  @Member('team:write')
  @ApiOperation({ operationId: 'setMemberRole', summary: "Change a member's role" })
  @ApiNoContentResponse()
  setRole(
    @CurrentMember() member: CurrentMemberOf,
    @Param('userId') userId: string,
    @Body() body: SetRoleDto,
  ): Promise<void> {
    return this.team.setRole(member, { userId, role: body.role });
  }

  /** Anybody may leave; removing somebody else needs the right. */
  @Delete('members/:userId')
  @HttpCode(204)
  @Member('account:read')
  @ApiOperation({ operationId: 'removeMember', summary: 'Remove a member, or leave' })
  @ApiNoContentResponse()
  remove(@CurrentMember() member: CurrentMemberOf, @Param('userId') userId: string): Promise<void> {
    if (userId !== member.person.userId) requireRight(member.role, 'team:write');
    return this.team.remove(member, { userId });
  }
}
