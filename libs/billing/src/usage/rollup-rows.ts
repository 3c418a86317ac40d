const DAY_MS = 86_400_000;
/** The last day that PostgreSQL reads as JavaScript writes it. */
const LAST_DAY_MS = Date.UTC(9999, 11, 31);
const COLUMNS = 'key_id, model, outcome, requests, prompt_tokens, completion_tokens, charge';
/** Days ahead of the clock do not count as made: the clock was moved back. */
const MADE = `(SELECT least(made_until, (app_now() AT TIME ZONE 'UTC')::date) FROM usage_rollups_daily_progress)`;
const MADE_AT = `(SELECT least(made_until, (app_now() AT TIME ZONE 'UTC')::date)::timestamp AT TIME ZONE 'UTC' FROM usage_rollups_daily_progress)`;
const FIRST_DAY_AT = `$4::date::timestamp AT TIME ZONE 'UTC'`;
const END_DAY_AT = `$5::date::timestamp AT TIME ZONE 'UTC'`;
/** Where the hours begin whose days are not made, or are not whole in the interval. */
const NOT_MADE_AT = `greatest($2, ${FIRST_DAY_AT}, least(${END_DAY_AT}, ${MADE_AT}))`;

/** Hours of the account that are so, each with its day. */
function hoursAsDays(condition: string): string {
  return `SELECT (hour AT TIME ZONE 'UTC')::date AS bucket, ${COLUMNS} FROM usage_rollups WHERE account_id = $1 AND ${condition}`;
}

/**
 * An account's rollups in an interval by UTC day (`bucket`), each request in exactly one row: whole days from the
 * table of days as far as they are made, the rest from the hours. Sums are of one snapshot, and live. Its values are
 * the first five parameters of the statement around it, see `rollupValues`.
 */
export const DAY_ROWS = `
  SELECT day AS bucket, ${COLUMNS} FROM usage_rollups_daily
  WHERE account_id = $1 AND day >= $4::date AND day < least($5::date, ${MADE})
  UNION ALL ${hoursAsDays(`hour >= $2 AND hour < least($3, ${FIRST_DAY_AT})`)}
  UNION ALL ${hoursAsDays(`hour < $3 AND hour >= ${NOT_MADE_AT}`)}`;

/**
 * The same by one dimension at a time, as rows of dimension ('model', 'key', 'outcome') and value, each request in three
 * of them: a tenth of the rows of a large account, where nothing is to be filtered.
 */
export const TOTAL_ROWS = `
  SELECT day AS bucket, dimension, value, requests, prompt_tokens, completion_tokens, charge FROM usage_totals_daily
  WHERE account_id = $1 AND day >= $4::date AND day < least($5::date, ${MADE})
  UNION ALL
  SELECT bucket, d.dimension, d.value, requests, prompt_tokens, completion_tokens, charge
  FROM (${hoursAsDays(`hour >= $2 AND hour < least($3, ${FIRST_DAY_AT})`)}
    UNION ALL ${hoursAsDays(`hour < $3 AND hour >= ${NOT_MADE_AT}`)}) AS h,
    LATERAL (VALUES ('model', model), ('key', key_id::text), ('outcome', outcome)) AS d(dimension, value)`;

/** The same by hour, for short intervals; of the same parameters. */
export const HOUR_ROWS = `
  SELECT hour AS bucket, ${COLUMNS} FROM usage_rollups
  WHERE account_id = $1 AND hour >= $2 AND hour < $3 AND $4::date IS NOT NULL AND $5::date IS NOT NULL`;

/** Account, from, to, and the first and the end of the whole UTC days between them. */
export function rollupValues(query: { accountUuid: string; from: Date; to: Date }): unknown[] {
  const day = (ms: number) => new Date(Math.min(ms, LAST_DAY_MS)).toISOString().slice(0, 10);
  return [
    query.accountUuid,
    query.from,
    query.to,
    day(Math.ceil(query.from.getTime() / DAY_MS) * DAY_MS),
    day(Math.floor(query.to.getTime() / DAY_MS) * DAY_MS),
  ];
}
