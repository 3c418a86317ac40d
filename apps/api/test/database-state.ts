import type pg from 'pg';

/** What jobs write by themselves: heartbeats, counted attempts, sums that are made again of what is compared. */
const NOISE = ['processes', 'auth_attempts', 'used_codes', 'ledger_proofs'];
const isNoise = (table: string) => NOISE.includes(table) || table.startsWith('usage_rollups_daily');

/**
 * A digest of every table, by name: two that are equal say that nothing was written between them. With `mentioning`,
 * of the rows only in which one of these texts stands.
 */
export async function databaseState(
  pool: pg.Pool,
  mentioning: readonly string[] = [],
): Promise<Record<string, string>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1`,
  );
  const parts = tables
    .filter(({ name }) => !isNoise(name))
    .map(
      ({ name }) =>
        `SELECT '${name}' AS name, md5(coalesce(string_agg(line, '' ORDER BY line), '')) AS digest
         FROM (SELECT (to_jsonb(t) - 'last_used_at')::text AS line FROM "${name}" t) AS lines
         WHERE cardinality($1::text[]) = 0 OR line LIKE ANY ($1)`,
    );
  const { rows } = await pool.query<{ name: string; digest: string }>(parts.join(' UNION ALL '), [
    mentioning.map((text) => `%${text}%`),
  ]);
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
}

/** The tables in which a text still stands, in whichever column. */
export async function tablesMentioning(pool: pg.Pool, text: string): Promise<string[]> {
  const none = await databaseState(pool, [`no row has this: ${Math.random()}`]);
  const found = await databaseState(pool, [text]);
  return Object.keys(found).filter((table) => found[table] !== none[table]);
}
