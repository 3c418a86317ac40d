import { ApiProperty } from '@nestjs/swagger';
import { OUTCOMES } from './usage-filter.js';

export class AttemptDto {
  @ApiProperty({ type: String, description: "The upstream, by the operator's name for it." })
  upstream!: string;

  @ApiProperty({ type: Number, description: 'Its HTTP status; 0: none came.' })
  status!: number;

  @ApiProperty({ type: Number })
  ms!: number;
}

/** What one request used and cost. */
export class RequestDto {
  @ApiProperty({ type: String, example: 'req_0197f0c2a1b27c3d8e4f5061728394a5' })
  id!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null while it is open.' })
  settledAt!: string | null;

  @ApiProperty({ type: String, nullable: true })
  keyId!: string | null;

  @ApiProperty({ enum: ['key', 'playground'] })
  source!: 'key' | 'playground';

  @ApiProperty({ type: String })
  model!: string;

  @ApiProperty({ type: Boolean })
  streamed!: boolean;

  @ApiProperty({
    enum: [...OUTCOMES, 'open'],
    enumName: 'RequestOutcome',
    description: 'Open: its credits are on hold.',
  })
  outcome!: string;

  @ApiProperty({ enum: ['reported', 'counted', 'none'], description: 'Where the token counts came from.' })
  usageSource!: 'reported' | 'counted' | 'none';

  @ApiProperty({ type: Number, description: 'Credits a token.' })
  multiplier!: number;

  @ApiProperty({ type: Number })
  promptTokens!: number;

  @ApiProperty({ type: Number })
  completionTokens!: number;

  @ApiProperty({ type: Number, description: 'Credits that were set aside for it.' })
  held!: number;

  @ApiProperty({ type: Number })
  credits!: number;

  @ApiProperty({
    type: Number,
    description: 'Credits used beyond what the account had; borne by the operator.',
  })
  shortfall!: number;

  @ApiProperty({ type: Number, nullable: true })
  balanceAfter!: number | null;

  @ApiProperty({ type: [String] })
  flags!: string[];

  @ApiProperty({ type: [AttemptDto] })
  attempts!: AttemptDto[];
}

export class RequestsDto {
  @ApiProperty({ type: [RequestDto] })
  data!: RequestDto[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Cursor of the next page; a page may have fewer than `limit` where matches are far apart.',
  })
  next!: string | null;
}
