import { DomainError } from '#common';
import { MODEL_CATEGORIES, type ModelCategory, type ModelEntity } from './model.entity.js';
import { TierNotFoundError } from './models.errors.js';

/** What an operator says of a new model; all but the id has a default. */
export interface NewModel {
  id: string;
  name?: string;
  family?: string;
  vendor?: string;
  tier?: string;
  category?: string;
  capabilities?: string[];
  parameters?: string;
  /** Tokens. */
  contextWindow?: number;
  maxOutputTokens?: number;
  defaultOutputTokens?: number;
  embeddingDimensions?: number;
  description?: string;
  bestFor?: string;
  license?: string;
}

/** Lowering a price later is free and raising it takes 14 days, so the default is not the cheapest. */
const DEFAULT_TIER = 'standard-mid';
const DEFAULT_EMBEDDING_TIER = 'frontier-embedding';
/** What small servers allow unless told otherwise. */
const DEFAULT_CONTEXT_WINDOW = 8192;
const CAPABILITIES = ['tools', 'json', 'vision', 'thinking', 'embedding'];

/** The row of a new draft. Throws `invalid_value` naming the field. */
export function draftOf(input: NewModel, tierIds: string[]): Omit<ModelEntity, 'createdAt'> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}$/.test(input.id)) {
    throw new DomainError(
      'invalid_value',
      'A model id has 1 to 128 letters, digits and . _ : / @ + - and begins with a letter or digit.',
      { param: 'id' },
    );
  }
  const category = categoryOf(input);
  const embedding = category === 'embedding';
  const tier = input.tier ?? (embedding ? DEFAULT_EMBEDDING_TIER : DEFAULT_TIER);
  if (!tierIds.includes(tier)) throw new TierNotFoundError(tier, tierIds);
  return {
    id: input.id,
    name: input.name ?? input.id,
    family: input.family ?? input.id.split(/[:/@]/)[0]!,
    vendor: input.vendor ?? (input.id.includes('/') ? input.id.split('/')[0]! : 'Unknown'),
    category,
    capabilities: capabilitiesOf(input.capabilities ?? [], category),
    parameters: input.parameters ?? null,
    contextWindow: tokens('contextWindow', input.contextWindow) ?? DEFAULT_CONTEXT_WINDOW,
    maxOutputTokens: tokens('maxOutputTokens', input.maxOutputTokens),
    defaultOutputTokens: tokens('defaultOutputTokens', input.defaultOutputTokens),
    imageTokenAllowance: 2048,
    embeddingDimensions: tokens('embeddingDimensions', input.embeddingDimensions),
    tier,
    state: 'draft',
    disabledReason: null,
    license: input.license ?? null,
    released: null,
    description: input.description ?? null,
    bestFor: input.bestFor ?? null,
    suggestedReplacement: null,
    source: null,
  };
}

function categoryOf(input: NewModel): ModelCategory {
  const wanted = input.category ?? (input.capabilities?.includes('embedding') ? 'embedding' : 'chat');
  const category = MODEL_CATEGORIES.find((known) => known === wanted);
  if (category) return category;
  throw new DomainError(
    'invalid_value',
    `There is no category "${wanted}". The categories are ${MODEL_CATEGORIES.join(', ')}.`,
    { param: 'category' },
  );
}

/** A category names what a model is best at, so the model can do it. */
function capabilitiesOf(given: string[], category: ModelCategory): string[] {
  const unknown = given.find((capability) => !CAPABILITIES.includes(capability));
  if (unknown !== undefined) {
    throw new DomainError(
      'invalid_value',
      `There is no capability "${unknown}". The capabilities are ${CAPABILITIES.join(', ')}.`,
      { param: 'capabilities' },
    );
  }
  return [...new Set(CAPABILITIES.includes(category) ? [...given, category] : given)];
}

function tokens(param: string, count: number | undefined): number | null {
  if (count === undefined) return null;
  if (Number.isInteger(count) && count > 0 && count <= 2_000_000_000) return count;
  throw new DomainError('invalid_value', `${param} is a whole number above 0.`, { param });
}
