import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { toCredits } from '#common';
import { Clock } from '#database';
import { Public } from '#http';
import { CatalogService, listed } from './catalog.service.js';
import { type ModelSnapshot, multiplierAt, priceAt } from './catalog-snapshot.js';
import { type PublicModelDto, PublicModelsDto } from './public-models.dto.js';

/** The catalog for visitors. */
@Controller('api/dashboard/public/models')
@ApiTags('public')
@Public()
export class PublicModelsController {
  constructor(
    private readonly catalog: CatalogService,
    private readonly clock: Clock,
  ) {}

  /** The entity tag is Express's own, over the body. */
  @Get()
  @Header('Cache-Control', 'public, max-age=5')
  @ApiOperation({ operationId: 'listPublicModels', summary: 'Models that can be used, and what they cost' })
  @ApiOkResponse({ type: PublicModelsDto })
  async list(): Promise<PublicModelsDto> {
    const nowMs = this.clock.nowMs();
    const catalog = await this.catalog.current();
    return {
      data: listed(catalog)
        .filter(({ multipliers }) => multiplierAt(multipliers, nowMs) !== undefined)
        .map((model) => publicModel(model, nowMs)),
      tiers: catalog.tiers.flatMap(({ id, multipliers }) => {
        const current = multiplierAt(multipliers, nowMs);
        return current ? [{ id, multiplier: toCredits(current.multiplierMilli) }] : [];
      }),
    };
  }
}

function publicModel(model: ModelSnapshot, nowMs: number): PublicModelDto {
  return {
    id: model.id,
    name: model.name,
    family: model.family,
    vendor: model.vendor,
    category: model.category,
    capabilities: [...model.capabilities],
    parameters: model.parameters,
    contextWindow: model.contextWindow,
    maxOutputTokens: model.maxOutputTokens,
    tier: model.tier,
    multiplier: toCredits(priceAt(model, nowMs).multiplierMilli),
    shutdownDate: null,
    description: model.description,
    bestFor: model.bestFor,
    license: model.license,
  };
}
