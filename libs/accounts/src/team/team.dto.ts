import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { MEMBER_ROLES, type MemberRole } from '../auth-roles.js';

const Role = () => ApiProperty({ enum: MEMBER_ROLES, enumName: 'MemberRole' });

export class TeamMemberDto {
  @ApiProperty({ type: String }) userId!: string;
  @ApiProperty({ type: String }) name!: string;
  @ApiProperty({ type: String }) email!: string;
  @Role() role!: MemberRole;
  @ApiProperty({ type: String, format: 'date-time' }) joinedAt!: string;
  @ApiProperty({ type: Boolean }) isYou!: boolean;
}

export class OpenInvitationDto {
  @ApiProperty({ type: String }) id!: string;
  @ApiProperty({ type: String }) email!: string;
  @Role() role!: MemberRole;
  @ApiProperty({ type: String, format: 'date-time' }) expiresAt!: string;
  @ApiProperty({ type: String }) inviterName!: string;
}

export class TeamDto {
  @ApiProperty({ type: [TeamMemberDto] }) members!: TeamMemberDto[];
  @ApiProperty({ type: [OpenInvitationDto] }) invitations!: OpenInvitationDto[];
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
