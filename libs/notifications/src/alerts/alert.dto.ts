import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsNumber, IsOptional } from 'class-validator';
import { ALERT_KIND_NAMES, type AlertKind } from './alert-kinds.js';

export class AlertDto {
  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ enum: ALERT_KIND_NAMES, enumName: 'AlertKind' })
  kind!: string;

  @ApiProperty({ enum: ['info', 'warn', 'danger'], enumName: 'AlertSeverity' })
  severity!: 'info' | 'warn' | 'danger';

  @ApiProperty({ type: String, format: 'date-time' })
  at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When it ceased to be so.' })
  closedAt!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: { oneOf: [{ type: 'string' }, { type: 'number' }], nullable: true },
    description: 'What the text is written from.',
  })
  params!: Record<string, string | number | null>;

  @ApiProperty({ type: String, nullable: true, description: 'The page where it is dealt with.' })
  link!: string | null;
}

export class AlertsDto {
  @ApiProperty({ type: [AlertDto] })
  data!: AlertDto[];

  @ApiProperty({ type: String, nullable: true })
  next!: string | null;

  @ApiProperty({ type: Number, description: 'In all, not on this page.' })
  unread!: number;
}

export class AlertCountDto {
  @ApiProperty({ type: Number })
  unread!: number;

  @ApiProperty({ type: Number, description: 'What still is so, read or not.' })
  open!: number;
}

class ChannelsDto {
  @ApiProperty({ type: Boolean })
  dashboard!: boolean;

  @ApiProperty({ type: Boolean })
  mail!: boolean;
}

class AlertPreferenceDto {
  @ApiProperty({ enum: ALERT_KIND_NAMES, enumName: 'AlertKind' })
  kind!: string;

  @ApiProperty({ type: ChannelsDto })
  channels!: ChannelsDto;

  @ApiProperty({ type: Boolean, description: 'Told in any case: it is about who can sign in.' })
  isLocked!: boolean;

  @ApiProperty({ type: Boolean, description: 'False: the dashboard alone tells it.' })
  isMailed!: boolean;
}

export class AlertPreferencesDto {
  @ApiProperty({ type: [AlertPreferenceDto] })
  data!: AlertPreferenceDto[];
}

export class SetAlertPreferenceDto {
  @IsIn(ALERT_KIND_NAMES)
  @ApiProperty({ enum: ALERT_KIND_NAMES, enumName: 'AlertKind' })
  kind!: AlertKind;

  @IsBoolean()
  @ApiProperty({ type: Boolean })
  dashboard!: boolean;

  @IsBoolean()
  @ApiProperty({ type: Boolean })
  mail!: boolean;
}

export class AlertThresholdDto {
  @IsOptional()
  @IsNumber({ maxDecimalPlaces: 3 })
  @ApiProperty({ type: Number, nullable: true, description: 'Credits; null: off.' })
  credits!: number | null;
}
