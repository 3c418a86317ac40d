import type pg from 'pg';

/** What the operator may read again: what was typed in, and the line that says who did. */
const MAY_SAY = [
  { table: 'upstreams', column: 'base_url' },
  { table: 'audit_log', column: 'detail' },
];

/** Which of the words a text has, in any case of letters. */
export function wordsIn(text: string, words: readonly string[]): string[] {
  const lower = text.toLowerCase();
  return words.filter((word) => lower.includes(word.toLowerCase()));
}

/**
 * Every value of every row of every table that has one of the words, as `table.column: word`. Bytes are searched for
 * the words too, so that a secret kept in the clear does not hide behind its type.
 */
export async function wordsInRows(pool: pg.Pool, words: readonly string[]): Promise<string[]> {
  const { rows: columns } = await pool.query<{ table: string; column: string; bytes: boolean }>(
    `SELECT c.table_name AS "table", c.column_name AS "column", c.data_type = 'bytea' AS bytes
     FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE t.table_type = 'BASE TABLE' AND c.table_schema NOT IN ('pg_catalog', 'information_schema')
       AND c.data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'bytea', 'inet', 'USER-DEFINED')
     ORDER BY 1, 2`,
  );
  if (columns.length < 50) throw new Error(`only ${columns.length} columns are looked at`);
  const found: string[] = [];
  for (const { table, column, bytes } of columns) {
    if (MAY_SAY.some((one) => one.table === table && one.column === column)) continue;
    const text = bytes ? `encode("${column}", 'escape')` : `"${column}"::text`;
    const { rows } = await pool.query<{ word: string }>(
      `SELECT DISTINCT word FROM ${quoted(table)}, unnest($1::text[]) AS word
       WHERE position(lower(word) IN lower(${text})) > 0`,
      [words],
    );
    found.push(...rows.map(({ word }) => `${table}.${column}: ${word}`));
  }
  return found;
}

function quoted(table: string): string {
  return `"${table.replaceAll('"', '""')}"`;
}
