import { ApiProperty } from '@nestjs/swagger';
import { MODEL_CATEGORIES, type ModelCategory } from './model.entity.js';

/** A model as anybody may see it. */
export class PublicModelDto {
  @ApiProperty({ type: String, example: 'llama3.2:3b' })
  id!: string;

  @ApiProperty({ type: String, example: 'Llama 3.2 3B' })
  name!: string;

  @ApiProperty({ type: String })
  family!: string;

  @ApiProperty({ type: String })
  vendor!: string;

  @ApiProperty({ enum: MODEL_CATEGORIES, enumName: 'ModelCategory' })
  category!: ModelCategory;

  @ApiProperty({ type: [String], example: ['tools', 'json'] })
  capabilities!: string[];

  @ApiProperty({ type: String, nullable: true, description: 'Size, as its maker puts it.' })
  parameters!: string | null;

  @ApiProperty({ type: Number, description: 'Tokens.' })
  contextWindow!: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Tokens; null: no limit but the context window.',
  })
  maxOutputTokens!: number | null;

  @ApiProperty({ type: String })
  tier!: string;

  @ApiProperty({ type: Number, description: 'Credits a token, at present.' })
  multiplier!: number;

  @ApiProperty({ type: String, nullable: true, format: 'date', description: 'When it retires.' })
  shutdownDate!: string | null;

  @ApiProperty({ type: String, nullable: true })
  description!: string | null;

  @ApiProperty({ type: String, nullable: true })
  bestFor!: string | null;

  @ApiProperty({ type: String, nullable: true })
  license!: string | null;
}

export class PublicTierDto {
  @ApiProperty({ type: String, example: 'standard-mid' })
  id!: string;

  @ApiProperty({ type: Number, description: 'Credits a token, at present.' })
  multiplier!: number;
}

export class PublicModelsDto {
  @ApiProperty({ type: [PublicModelDto] })
  data!: PublicModelDto[];

  @ApiProperty({ type: [PublicTierDto] })
  tiers!: PublicTierDto[];
}
