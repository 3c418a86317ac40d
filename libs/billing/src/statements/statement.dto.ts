import { ApiProperty } from '@nestjs/swagger';

export const GRANT_SOURCES = ['welcome', 'plan', 'pack', 'promo', 'operator'] as const;
export const GRANT_STATES = ['active', 'used_up', 'expired', 'future'] as const;
export const ENTRY_KINDS = [
  'grant',
  'charge',
  'expire',
  'clawback',
  'restore',
  'debt',
  'debt_payment',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** Credits given together. */
export class GrantDto {
  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ enum: GRANT_SOURCES, enumName: 'GrantSource' })
  source!: string;

  @ApiProperty({ type: Number })
  amount!: number;

  @ApiProperty({ type: Number })
  available!: number;

  @ApiProperty({ type: Number })
  held!: number;

  @ApiProperty({ type: Number, description: 'Lower is spent first.' })
  priority!: number;

  @ApiProperty({ type: Boolean })
  paid!: boolean;

  @ApiProperty({ type: String, format: 'date-time' })
  effectiveAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expiresAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ enum: GRANT_STATES, enumName: 'GrantState' })
  state!: string;
}

export class GrantsDto {
  @ApiProperty({ type: [GrantDto], description: 'In the order in which they are spent, then what is over.' })
  data!: GrantDto[];
}

export class EntryReferenceDto {
  @ApiProperty({ enum: ['request', 'payment', 'operator', 'grant'] })
  kind!: string;

  @ApiProperty({ type: String })
  id!: string;
}

/** A line of the ledger. */
export class EntryDto {
  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  at!: string;

  @ApiProperty({ enum: ENTRY_KINDS, enumName: 'EntryKind' })
  kind!: string;

  @ApiProperty({ type: Number, description: 'Credits, signed as the balance moves; a debt moves none.' })
  amount!: number;

  @ApiProperty({ type: Number, description: 'Credits, signed as the debt moves.' })
  owed!: number;

  @ApiProperty({ type: Number })
  balanceAfter!: number;

  @ApiProperty({ type: EntryReferenceDto })
  reference!: EntryReferenceDto;

  @ApiProperty({ type: String, nullable: true })
  grantId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of a charge.' })
  model!: string | null;
}

export class EntriesDto {
  @ApiProperty({ type: [EntryDto], description: 'Newest first.' })
  data!: EntryDto[];

  @ApiProperty({ type: String, nullable: true })
  next!: string | null;
}

/** Credits set aside for a request in flight. */
export class HoldDto {
  @ApiProperty({ type: String })
  requestId!: string;

  @ApiProperty({ type: String, nullable: true })
  keyId!: string | null;

  @ApiProperty({ type: String })
  model!: string;

  @ApiProperty({ type: Number })
  amount!: number;

  @ApiProperty({ type: String, format: 'date-time' })
  reservedAt!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  expiresAt!: string;
}

export class HoldsDto {
  @ApiProperty({ type: [HoldDto], description: 'Newest first, at most 200.' })
  data!: HoldDto[];
}

export class PlanDto {
  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ type: Number, nullable: true, description: 'US cents; null: by agreement.' })
  priceCents!: number | null;

  @ApiProperty({ type: Number })
  credits!: number;

  @ApiProperty({ enum: ['once', 'month', 'agreement'] })
  period!: string;

  @ApiProperty({ type: Number, nullable: true })
  requestsPerMinute!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  inFlightLimit!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  keyLimit!: number | null;

  @ApiProperty({ type: Boolean })
  isYours!: boolean;
}

export class PlansDto {
  @ApiProperty({ type: [PlanDto] })
  data!: PlanDto[];
}

export class KeySpendingDto {
  @ApiProperty({ type: String })
  keyId!: string;

  @ApiProperty({
    type: String,
    example: '2026-11',
    description: 'UTC day, UTC month, or life: as its budget resets.',
  })
  period!: string;

  @ApiProperty({ type: Number, description: 'Credits.' })
  spent!: number;

  @ApiProperty({ type: Number, description: 'Credits.' })
  held!: number;
}

export class KeysSpendingDto {
  @ApiProperty({ type: [KeySpendingDto], description: 'Of keys with a budget.' })
  data!: KeySpendingDto[];
}
