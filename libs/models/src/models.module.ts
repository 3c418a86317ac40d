import { type DynamicModule, Module } from '@nestjs/common';
import { CatalogRepository } from './catalog.repository.js';
import { CatalogService } from './catalog.service.js';
import { ModelEntity } from './model.entity.js';
import { ModelsController } from './models.controller.js';
import { ModelsRepository } from './models.repository.js';
import { ModelsService } from './models.service.js';
import { MODELS_SETTINGS, type ModelsSettings } from './models.settings.js';
import { ModelsWire } from './models-wire.js';
import { MultiplierEntity } from './multiplier.entity.js';
import { PublicModelsController } from './public-models.controller.js';
import { TierEntity } from './tier.entity.js';

/** The catalog: which models there are and what they cost. */
@Module({})
export class ModelsModule {
  /** What the data source has to know. */
  static readonly entities = [TierEntity, ModelEntity, MultiplierEntity];

  static forRoot(settings: ModelsSettings): DynamicModule {
    return {
      module: ModelsModule,
      global: true,
      providers: [
        { provide: MODELS_SETTINGS, useValue: settings },
        CatalogRepository,
        CatalogService,
        ModelsRepository,
        ModelsService,
        ModelsWire,
      ],
      controllers: [ModelsController, PublicModelsController],
      exports: [CatalogService, ModelsService],
    };
  }
}
