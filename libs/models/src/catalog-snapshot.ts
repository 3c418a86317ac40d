import type { ModelCategory, ModelState } from './model.entity.js';
import { ModelWithoutPriceError } from './models.errors.js';

/** A multiplier as the request path knows it. */
export interface MultiplierSnapshot {
  /** Which version of the price this is. */
  id: string;
  effectiveAtMs: number;
  /** Thousandths of a credit a token. */
  multiplierMilli: bigint;
}

/** What a process remembers of a model. */
export interface ModelSnapshot {
  readonly id: string;
  readonly name: string;
  readonly family: string;
  readonly vendor: string;
  readonly category: ModelCategory;
  /** Chat and completions, or embeddings. */
  readonly kind: 'text' | 'embedding';
  readonly capabilities: ReadonlySet<string>;
  readonly parameters: string | null;
  /** Tokens. */
  readonly contextWindow: number;
  readonly maxOutputTokens: number | null;
  /** The output bound of a choice whose caller set none; never above `maxOutputTokens`. */
  readonly defaultOutputTokens: number;
  readonly imageTokenAllowance: number;
  readonly tier: string;
  readonly state: ModelState;
  /** Why it answers 503 for now. */
  readonly disabledReason: string | null;
  readonly license: string | null;
  readonly description: string | null;
  readonly bestFor: string | null;
  readonly createdAtSec: number;
  /** Its own and its tier's, as they apply to it, by time of effect. */
  readonly multipliers: readonly MultiplierSnapshot[];
  /** From this time on it is gone; null: no retirement is announced. */
  readonly retiresAtMs: number | null;
}

export interface TierSnapshot {
  readonly id: string;
  readonly multipliers: readonly MultiplierSnapshot[];
}

/** The whole catalog at one moment. Drafts and retired models are in it, and not in its lists. */
export interface CatalogSnapshot {
  readonly tiers: readonly TierSnapshot[];
  readonly models: ReadonlyMap<string, ModelSnapshot>;
}

/** A price and how long it stands. */
export interface Price {
  multiplierMilli: bigint;
  /** Which row of the multipliers it is. */
  multiplierId: string;
  /** When it changes or the model retires; null: nothing is planned. A hold taken later needs a fresh price. */
  validUntilMs: number | null;
}

/** The row in force at a time of the database's clock; rows are sorted by time of effect. */
export function multiplierAt(
  rows: readonly MultiplierSnapshot[],
  nowMs: number,
): MultiplierSnapshot | undefined {
  return rows.findLast(({ effectiveAtMs }) => effectiveAtMs <= nowMs);
}

/** The price of a model at a time of the database's clock. Throws `model_unavailable` when it has none. */
export function priceAt(model: ModelSnapshot, nowMs: number): Price {
  const current = multiplierAt(model.multipliers, nowMs);
  if (!current) throw new ModelWithoutPriceError(model.id);
  const changesAtMs =
    model.multipliers.find(({ effectiveAtMs }) => effectiveAtMs > nowMs)?.effectiveAtMs ?? null;
  return {
    multiplierMilli: current.multiplierMilli,
    multiplierId: current.id,
    validUntilMs:
      changesAtMs !== null && model.retiresAtMs !== null
        ? Math.min(changesAtMs, model.retiresAtMs)
        : (changesAtMs ?? model.retiresAtMs),
  };
}

/** The multipliers that apply to a model: its tier's until its own first takes effect, then its own. Sorted. */
export function effectiveMultipliers(
  own: readonly MultiplierSnapshot[],
  tier: readonly MultiplierSnapshot[],
): MultiplierSnapshot[] {
  const first = own[0]?.effectiveAtMs ?? Number.POSITIVE_INFINITY;
  return [...tier.filter((row) => row.effectiveAtMs < first), ...own];
}
