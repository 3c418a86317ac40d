import { ApiProperty } from '@nestjs/swagger';
import { OUTCOMES } from './usage-filter.js';

/** What requests came to. Credits are exact, with at most three decimals. */
export class SumsDto {
  @ApiProperty({ type: Number })
  requests!: number;

  @ApiProperty({ type: Number })
  promptTokens!: number;

  @ApiProperty({ type: Number })
  completionTokens!: number;

  @ApiProperty({ type: Number })
  credits!: number;
}

export class ModelSumsDto extends SumsDto {
  @ApiProperty({ type: String, example: 'llama3.2:3b' })
  model!: string;
}

export class KeySumsDto extends SumsDto {
  @ApiProperty({ type: String, nullable: true, description: 'Null: the playground.' })
  keyId!: string | null;
}

export class OutcomeSumsDto extends SumsDto {
  @ApiProperty({ enum: OUTCOMES, enumName: 'Outcome' })
  outcome!: string;
}

export class UsageBucketDto {
  @ApiProperty({ type: String, format: 'date-time', description: 'When the hour or the UTC day begins.' })
  start!: string;

  @ApiProperty({ type: [ModelSumsDto] })
  models!: ModelSumsDto[];
}

export class UsageDto {
  @ApiProperty({ type: String, format: 'date-time' })
  from!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'Exclusive.' })
  to!: string;

  @ApiProperty({ enum: ['hour', 'day'], description: 'Hours up to two days, else UTC days.' })
  unit!: 'hour' | 'day';

  @ApiProperty({ type: SumsDto })
  totals!: SumsDto;

  @ApiProperty({ type: [UsageBucketDto], description: 'Every hour or day of the interval, in order.' })
  buckets!: UsageBucketDto[];

  @ApiProperty({ type: [ModelSumsDto], description: 'Dearest first, as all that follow.' })
  byModel!: ModelSumsDto[];

  @ApiProperty({ type: [KeySumsDto] })
  byKey!: KeySumsDto[];

  @ApiProperty({ type: [OutcomeSumsDto] })
  byOutcome!: OutcomeSumsDto[];
}
