export { CatalogService } from './catalog.service.js';
export { seedCatalog } from './catalog-seed.js';
export {
  type CatalogSnapshot,
  type ModelSnapshot,
  type MultiplierSnapshot,
  multiplierAt,
  type Price,
  priceAt,
  type TierSnapshot,
} from './catalog-snapshot.js';
export { ModelsModule } from './models.module.js';
export {
  type ModelRecord,
  ModelsService,
  type MultiplierRecord,
  type NewMultiplier,
} from './models.service.js';
export type { ModelsSettings } from './models.settings.js';
export type { NewModel } from './new-model.js';
