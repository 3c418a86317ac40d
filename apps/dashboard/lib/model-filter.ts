import type { Model } from './api/public';

/** The filters of the catalog, as they stand in the address. An empty string is no filter. */
export interface ModelFilter {
  q: string;
  category: string;
  capability: string;
  tier: string;
}

export type SearchParams = Record<string, string | string[] | undefined>;

/** The first value of each parameter; whatever else the address holds is left alone. */
export function readModelFilter(params: SearchParams): ModelFilter {
  return {
    q: first(params.q),
    category: first(params.category),
    capability: first(params.capability),
    tier: first(params.tier),
  };
}

/** The models that pass every filter, cheapest first, then by name. */
export function filterModels(models: readonly Model[], filter: ModelFilter): Model[] {
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
  return models.filter((model) => passes(model, filter) && matches(model, words)).sort(byPriceThenName);
}

export function byPriceThenName(a: Model, b: Model): number {
  return a.multiplier - b.multiplier || a.name.localeCompare(b.name, 'en');
}

/** The values the models really have, so that no choice leads to an empty list by itself. */
export function filterChoices(models: readonly Model[]) {
  return {
    category: distinct(models.map((model) => model.category)),
    capability: distinct(models.flatMap((model) => model.capabilities)),
    tier: distinct(models.toSorted(byPriceThenName).map((model) => model.tier)),
  };
}

function passes(model: Model, { category, capability, tier }: ModelFilter): boolean {
  return (
    (category === '' || model.category === category) &&
    (capability === '' || model.capabilities.includes(capability)) &&
    (tier === '' || model.tier === tier)
  );
}

function matches(model: Model, words: readonly string[]): boolean {
  const text = [model.id, model.name, model.family, model.vendor, model.bestFor, model.license]
    .join(' ')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}

export function first(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value)?.trim() ?? '';
}
