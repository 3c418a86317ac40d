import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsISO8601,
  IsNumber,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { MOST_MILLICREDITS, toCredits } from '#common';
import { KEY_SCOPES, type KeyScope } from '#http';
import type { BudgetReset } from '../key-snapshot.js';

const RESETS = ['daily', 'monthly'] as const;
const MOST_CREDITS = toCredits(MOST_MILLICREDITS);

export class KeyBudgetDto {
  @ApiProperty({ type: Number, description: 'Credits, with at most three decimals.' })
  @IsNumber({ maxDecimalPlaces: 3 })
  @Min(0.001)
  @Max(MOST_CREDITS)
  credits!: number;

  @ApiProperty({ enum: RESETS, nullable: true, description: 'When it starts anew, in UTC; null: never.' })
  @IsOptional()
  @IsIn(RESETS)
  reset!: BudgetReset | null;
}

export class KeyDto {
  @ApiProperty({ type: String }) id!: string;
  @ApiProperty({ type: String }) name!: string;
  @ApiProperty({ type: String, description: 'Its prefix and last four characters.' }) display!: string;
  @ApiProperty({ enum: KEY_SCOPES, enumName: 'KeyScope', isArray: true }) scopes!: KeyScope[];
  @ApiProperty({ type: [String], nullable: true, description: 'Null: every model.' })
  allowedModels!: string[] | null;
  @ApiProperty({ type: KeyBudgetDto, nullable: true }) budget!: KeyBudgetDto | null;
  @ApiProperty({ type: String, format: 'date-time' }) createdAt!: string;
  @ApiProperty({ type: String, nullable: true, description: 'The name of the person who made it.' })
  createdBy!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) lastUsedAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) expiresAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) revokedAt!: string | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Until when the secret before this one works.',
  })
  rotatesAt!: string | null;
}

export class KeysDto {
  @ApiProperty({ type: [KeyDto] }) data!: KeyDto[];
  @ApiProperty({ type: Number, nullable: true, description: 'How many may be in use; null: no limit.' })
  limit!: number | null;
}

export class ShownKeyDto extends KeyDto {
  @ApiProperty({ type: String, description: 'The key itself: this is the only time it is shown.' })
  key!: string;
}

export class KeyNameDto {
  @ApiProperty({ type: String }) id!: string;
  @ApiProperty({ type: String }) name!: string;
  @ApiProperty({ type: String }) display!: string;
}

export class KeyNamesDto {
  @ApiProperty({ type: [KeyNameDto] }) data!: KeyNameDto[];
}

export class ChangeKeyDto {
  @ApiPropertyOptional({ type: String }) @IsOptional() @IsString() @MaxLength(100) name?: string;

  @ApiPropertyOptional({ type: [String], nullable: true })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(200)
  @IsString({ each: true })
  @MaxLength(200, { each: true })
  allowedModels?: string[] | null;

  @ApiPropertyOptional({ type: KeyBudgetDto, nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => KeyBudgetDto)
  budget?: KeyBudgetDto | null;

  @ApiPropertyOptional({ type: String, format: 'date-time', nullable: true })
  @IsOptional()
  @IsISO8601({ strict: true })
  expiresAt?: string | null;
}

export class CreateKeyDto extends ChangeKeyDto {
  @ApiPropertyOptional({ enum: KEY_SCOPES, enumName: 'KeyScope', isArray: true })
  @IsOptional()
  @IsIn(KEY_SCOPES, { each: true })
  scopes?: KeyScope[];
}

export class RotateKeyDto {
  @ApiProperty({ type: Number, minimum: 0, maximum: 604_800, description: 'The old secret works so long.' })
  @IsInt()
  @Min(0)
  @Max(604_800)
  graceSeconds!: number;
}
