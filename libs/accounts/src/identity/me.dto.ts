import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { MEMBER_RIGHTS, type MemberRight } from '#http';
import { MEMBER_ROLES, type MemberRole } from '../auth-roles.js';
import { LOCALES, type Locale } from '../locale.js';

const ACCOUNT_KINDS = ['personal', 'team'] as const;
type AccountKind = (typeof ACCOUNT_KINDS)[number];

export class MyUserDto {
  @ApiProperty({ type: String }) id!: string;
  @ApiProperty({ type: String }) name!: string;
  @ApiProperty({ type: String }) email!: string;
  @ApiProperty({ type: Boolean }) emailVerified!: boolean;
  @ApiProperty({ enum: LOCALES, enumName: 'Locale' }) locale!: Locale;
  @ApiProperty({ type: Boolean }) twoFactorEnabled!: boolean;
  @ApiProperty({ type: Boolean }) isOperator!: boolean;
  @ApiProperty({ type: Boolean, description: "An operator's pages stay shut until it is set up." })
  operatorNeedsTwoFactor!: boolean;
}

export class MyAccountDto {
  @ApiProperty({ type: String }) id!: string;
  @ApiProperty({ type: String }) name!: string;
  @ApiProperty({ enum: ACCOUNT_KINDS, enumName: 'AccountKind' }) kind!: AccountKind;
  @ApiProperty({ enum: MEMBER_ROLES, enumName: 'MemberRole' }) role!: MemberRole;
}

export class ActiveAccountDto extends MyAccountDto {
  @ApiProperty({ enum: MEMBER_RIGHTS, enumName: 'MemberRight', isArray: true }) rights!: MemberRight[];
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) suspendedAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time' }) createdAt!: string;
}

export class MyInvitationDto {
  @ApiProperty({ type: String }) id!: string;
  @ApiProperty({ type: String }) accountName!: string;
  @ApiProperty({ type: String }) inviterName!: string;
}

export class MeDto {
  @ApiProperty({ type: MyUserDto }) user!: MyUserDto;
  @ApiProperty({ type: [MyAccountDto] }) accounts!: MyAccountDto[];
  @ApiProperty({ type: ActiveAccountDto, nullable: true }) active!: ActiveAccountDto | null;
  @ApiProperty({ type: [MyInvitationDto], description: "What awaits the person's answer." })
  invitations!: MyInvitationDto[];
}

export class UpdateMeDto {
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(100) name?: string;
  @ApiPropertyOptional({ enum: LOCALES, enumName: 'Locale' }) @IsOptional() @IsIn(LOCALES) locale?: Locale;
}

export class AccountNameDto {
  @ApiProperty({ type: String }) @IsString() @MaxLength(100) name!: string;
}

export class NewAccountDto {
  @ApiProperty({ type: String }) id!: string;
}

export class ChooseAccountDto {
  @ApiProperty({ type: String }) @IsString() @MaxLength(64) accountId!: string;
}

export class CloseAccountDto {
  @ApiProperty({ type: String, description: "The account's name, as it is." })
  @IsString()
  @MaxLength(200)
  confirmName!: string;

  @ApiProperty({ type: String }) @IsString() @MaxLength(128) password!: string;
}

export class ClosedDto {
  @ApiProperty({ enum: ['closed', 'closing'], description: '`closing`: requests in flight end first.' })
  state!: 'closed' | 'closing';
}
