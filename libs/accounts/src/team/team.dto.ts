import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { MEMBER_RIGHTS, type MemberRight } from '#http';
import { MEMBER_ROLES, type MemberRole } from '../auth-roles.js';

/** `withdrawn` also where a newer invitation to the same address took its place. */
const INVITATION_STATES = ['open', 'expired', 'withdrawn', 'accepted', 'declined'] as const;
export type InvitationState = (typeof INVITATION_STATES)[number];

const Role = () => ApiProperty({ enum: MEMBER_ROLES, enumName: 'MemberRole' });
const State = () => ApiProperty({ enum: INVITATION_STATES, enumName: 'InvitationState' });

export class TeamMemberDto {
  @ApiProperty({ type: String }) userId!: string;
  @ApiProperty({ type: String }) name!: string;
  @ApiProperty({ type: String }) email!: string;
  @Role() role!: MemberRole;
  @ApiProperty({ type: String, format: 'date-time' }) joinedAt!: string;
  @ApiProperty({ type: Boolean }) isYou!: boolean;
}

export class SentInvitationDto {
  @ApiProperty({ type: String }) id!: string;
  @ApiProperty({ type: String }) email!: string;
  @Role() role!: MemberRole;
  @State() state!: InvitationState;
  @ApiProperty({ type: String, format: 'date-time' }) expiresAt!: string;
  @ApiProperty({ type: String }) inviterName!: string;
}

export class RoleDto {
  @Role() role!: MemberRole;
  @ApiProperty({ enum: MEMBER_RIGHTS, enumName: 'MemberRight', isArray: true }) rights!: MemberRight[];
}

export class TeamDto {
  @ApiProperty({ type: [TeamMemberDto] }) members!: TeamMemberDto[];
  @ApiProperty({
    type: [SentInvitationDto],
    description: 'Open ones, and those that came to nothing lately.',
  })
  invitations!: SentInvitationDto[];

  @ApiProperty({ type: [RoleDto], description: 'Every role, most powerful first, and what it may do.' })
  roles!: RoleDto[];
}

export class InviteDto {
  @ApiProperty({ type: String }) @IsString() @MaxLength(254) email!: string;
  @Role() @IsIn(MEMBER_ROLES) role!: MemberRole;
}

export class InvitedDto {
  @ApiProperty({ type: String }) id!: string;
}

export class SetRoleDto {
  @Role() @IsIn(MEMBER_ROLES) role!: MemberRole;
}

export class InvitationDto {
  @State() state!: InvitationState;
  @ApiProperty({ type: String }) accountName!: string;
  @ApiProperty({ type: String }) inviterName!: string;
  @Role() role!: MemberRole;
  @ApiProperty({ type: String }) email!: string;
  @ApiProperty({ type: String, format: 'date-time' }) expiresAt!: string;
}

export class AcceptedDto {
  @ApiProperty({ type: String, description: 'The account joined; it is the active one now.' })
  accountId!: string;
}
