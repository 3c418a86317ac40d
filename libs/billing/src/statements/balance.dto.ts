import { ApiProperty } from '@nestjs/swagger';

export class PlanNameDto {
  @ApiProperty({ type: String, example: 'free' })
  id!: string;

  @ApiProperty({ type: String, example: 'Free' })
  name!: string;
}

export class ForecastDto {
  @ApiProperty({ type: Number, description: 'Of the last seven days.' })
  creditsPerDay!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Null: never at this rate.',
  })
  runsOutAt!: string | null;
}

/** What an account has, in credits. */
export class BalanceDto {
  @ApiProperty({ type: Number })
  available!: number;

  @ApiProperty({ type: Number, description: 'Set aside for requests in flight.' })
  held!: number;

  @ApiProperty({ type: Number, description: 'Available and held.' })
  balance!: number;

  @ApiProperty({ type: Number })
  debt!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Null: off.' })
  lowBalanceThreshold!: number | null;

  @ApiProperty({ type: Boolean })
  isLow!: boolean;

  @ApiProperty({ type: PlanNameDto })
  plan!: PlanNameDto;

  @ApiProperty({ type: ForecastDto })
  forecast!: ForecastDto;

  @ApiProperty({ type: Number, nullable: true, description: 'Of the cheapest pack on sale; null: none is.' })
  centsPerCredit!: number | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastSettledAt!: string | null;

  @ApiProperty({ type: Boolean, description: 'Whether a request was ever settled.' })
  requestsEver!: boolean;
}
