const DAY_MS = 86_400_000;
const COLUMNS = 'key_id, model, outcome, requests, prompt_tokens, completion_tokens, charge';
/** Days ahead of the clock do not count as made: the clock was moved back. */
const MADE = `(SELECT least(made_until, (app_now() AT TIME ZONE 'UTC')::date) FROM usage_rollups_daily_progress)`;
const MADE_AT = `(SELECT least(made_until, (app_now() AT TIME ZONE 'UTC')::date)::timestamp AT TIME ZONE 'UTC' FROM usage_rollups_daily_progress)`;

/**
 * An account's rollups in an interval, each request in exactly one row: whole days from the table of days as far as
 * they are made, the rest from the hours. `at` is where a row begins: its hour, or its UTC day. The values it needs
 * are the first five parameters of the statement around it, see `rollupValues`.
 */
export const ROLLUP_ROWS = `
  SELECT day::timestamp AT TIME ZONE 'UTC' AS at, ${COLUMNS} FROM usage_rollups_daily
  WHERE account_id = $1 AND day >= $4::date AND day < least($5::date, ${MADE})
  UNION ALL
  SELECT hour, ${COLUMNS} FROM usage_rollups
  WHERE account_id = $1 AND hour >= $2 AND hour < least($3, $4::date::timestamp AT TIME ZONE 'UTC')
  UNION ALL
  SELECT hour, ${COLUMNS} FROM usage_rollups
  WHERE account_id = $1 AND hour < $3
    AND hour >= greatest($4::date::timestamp AT TIME ZONE 'UTC', least($5::date::timestamp AT TIME ZONE 'UTC', ${MADE_AT}))`;

/** The five parameters: account, from, to, and the whole UTC days between them. */
export function rollupValues(query: { accountUuid: string; from: Date; to: Date }): unknown[] {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return [
    query.accountUuid,
    query.from,
    query.to,
    day(Math.ceil(query.from.getTime() / DAY_MS) * DAY_MS),
    day(Math.floor(query.to.getTime() / DAY_MS) * DAY_MS),
  ];
}
