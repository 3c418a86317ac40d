import { readFileSync } from 'node:fs';
import { toMilli } from '#common';
import type { Tx } from '#database';

const TIERS = [
  { id: 'standard-lightweight', multiplier: '0.5' },
  { id: 'frontier-embedding', multiplier: '1.0' },
  { id: 'standard-mid', multiplier: '1.5' },
  { id: 'frontier-mid', multiplier: '2.5' },
  { id: 'frontier-large', multiplier: '3.5' },
];

/**
 * Fills an empty catalog with the first five tiers and 59 models. Once: what operators make of it afterwards is
 * theirs. Of several that try at the same time one does it and the others wait for it.
 * Returns how many models were added.
 */
export async function seedCatalog(tx: Tx): Promise<number> {
  const first = await tx.query(
    "INSERT INTO catalog_seeds (name) VALUES ('first-catalog') ON CONFLICT DO NOTHING RETURNING name",
  );
  if (first.length === 0) return 0;
  await tx.query(
    'INSERT INTO tiers (id, position) SELECT id, n FROM unnest($1::text[]) WITH ORDINALITY AS t(id, n)',
    [TIERS.map(({ id }) => id)],
  );
  await tx.query(
    `INSERT INTO multipliers (tier, multiplier_milli, effective_at, announced_at, created_by, reason)
     SELECT id, milli, app_now(), app_now(), 'system', 'first catalog' FROM unnest($1::text[], $2::bigint[]) AS t(id, milli)`,
    [TIERS.map(({ id }) => id), TIERS.map(({ multiplier }) => toMilli(multiplier).toString())],
  );
  const added = await tx.query(
    `INSERT INTO models (id, name, family, vendor, category, capabilities, parameters, context_window,
       max_output_tokens, embedding_dimensions, tier, state, license, released, description, best_for,
       suggested_replacement, source)
     SELECT id, name, family, vendor, category, capabilities, parameters, context_window, max_output_tokens,
       embedding_dimensions, tier, 'active', license, released, description, best_for, replacement, source
     FROM jsonb_to_recordset($1::jsonb) AS m(id text, name text, family text, vendor text, category text,
       capabilities text[], parameters text, context_window int, max_output_tokens int, embedding_dimensions int,
       tier text, license text, released text, description text, best_for text, replacement text, source text)
     RETURNING id`,
    [readFileSync(new URL('./seed/catalog.json', import.meta.url), 'utf8')],
  );
  return added.length;
}
