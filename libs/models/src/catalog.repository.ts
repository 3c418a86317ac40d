import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL } from '#database';
import {
  type CatalogSnapshot,
  effectiveMultipliers,
  type ModelSnapshot,
  type MultiplierSnapshot,
} from './catalog-snapshot.js';
import type { ModelCategory, ModelState } from './model.entity.js';

const DEFAULT_OUTPUT_TOKENS = 4096;
/** A model that thinks spends output before it answers. */
const DEFAULT_OUTPUT_TOKENS_THINKING = 16_384;

interface ModelRow {
  id: string;
  name: string;
  family: string;
  vendor: string;
  category: ModelCategory;
  capabilities: string[];
  parameters: string | null;
  context_window: number;
  max_output_tokens: number | null;
  default_output_tokens: number | null;
  image_token_allowance: number;
  tier: string;
  state: ModelState;
  disabled_reason: string | null;
  license: string | null;
  description: string | null;
  best_for: string | null;
  created_at_sec: number;
}

interface CatalogRow {
  tiers: string[];
  models: ModelRow[];
  multipliers: { id: number; tier: string | null; model: string | null; milli: string; at_ms: number }[];
}

@Injectable()
export class CatalogRepository {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /** The catalog in one statement, so that models, tiers and prices are of one moment. */
  async load(): Promise<CatalogSnapshot> {
    const result = await this.pool.query<{ catalog: CatalogRow }>({ name: 'models-catalog', text: LOAD });
    return snapshotOf(result.rows[0]!.catalog);
  }
}

// A numeric travels as text because JSON numbers lose digits; times are whole milliseconds, rounded up so that
// no process counts a price before the database does.
const LOAD = `
  SELECT jsonb_build_object(
    'tiers', coalesce((SELECT jsonb_agg(id ORDER BY position) FROM tiers), '[]'),
    'models', coalesce((
      SELECT jsonb_agg(to_jsonb(m) || jsonb_build_object(
        'created_at_sec', floor(extract(epoch FROM m.created_at))) ORDER BY t.position, m.id)
      FROM models m JOIN tiers t ON t.id = m.tier), '[]'),
    'multipliers', coalesce((
      SELECT jsonb_agg(jsonb_build_object('id', id, 'tier', tier, 'model', model,
        'milli', multiplier_milli::text, 'at_ms', ceil(extract(epoch FROM effective_at) * 1000))
        ORDER BY effective_at)
      FROM multipliers), '[]')
  ) AS catalog`;

function snapshotOf(row: CatalogRow): CatalogSnapshot {
  const own = new Map<string, MultiplierSnapshot[]>();
  const tiers = new Map<string, MultiplierSnapshot[]>(row.tiers.map((id) => [id, []]));
  for (const { id, tier, model, milli, at_ms } of row.multipliers) {
    const multiplier = { id: String(id), effectiveAtMs: at_ms, multiplierMilli: BigInt(milli) };
    if (tier !== null) tiers.get(tier)!.push(multiplier);
    else if (model !== null) own.set(model, [...(own.get(model) ?? []), multiplier]);
  }
  return {
    tiers: [...tiers].map(([id, multipliers]) => ({ id, multipliers })),
    models: new Map(
      row.models.map((model) => [
        model.id,
        modelOf(model, effectiveMultipliers(own.get(model.id) ?? [], tiers.get(model.tier)!)),
      ]),
    ),
  };
}

function modelOf(row: ModelRow, multipliers: MultiplierSnapshot[]): ModelSnapshot {
  const capabilities = new Set(row.capabilities);
  const embedding = row.category === 'embedding' || capabilities.has('embedding');
  const wanted =
    row.default_output_tokens ??
    (capabilities.has('thinking') ? DEFAULT_OUTPUT_TOKENS_THINKING : DEFAULT_OUTPUT_TOKENS);
  return {
    id: row.id,
    name: row.name,
    family: row.family,
    vendor: row.vendor,
    category: row.category,
    kind: embedding ? 'embedding' : 'text',
    capabilities,
    parameters: row.parameters,
    contextWindow: row.context_window,
    maxOutputTokens: row.max_output_tokens,
    defaultOutputTokens: Math.min(wanted, row.max_output_tokens ?? wanted),
    imageTokenAllowance: row.image_token_allowance,
    tier: row.tier,
    state: row.state,
    disabledReason: row.disabled_reason,
    license: row.license,
    description: row.description,
    bestFor: row.best_for,
    createdAtSec: row.created_at_sec,
    multipliers,
    retiresAtMs: null,
  };
}
