/**
 * What a year is made of, set-based. Random numbers come of a fixed seed; the parameters are kept in settings of the
 * session, because a query with parameters is one statement and a step may be several.
 */

/** Records, accounts, and the large account with its key. */
export const PLAN = `
  SELECT set_config('scale.records', $1::text, false), set_config('scale.accounts', $2::text, false),
    set_config('scale.large', $3::text, false), set_config('scale.key_hash', encode($4::bytea, 'hex'), false),
    set_config('scale.key_display', $5::text, false), set_config('work_mem', '512MB', false),
    set_config('maintenance_work_mem', '512MB', false), set_config('synchronous_commit', 'off', false),
    set_config('statement_timeout', '0', false), setseed(0.42)`;

const RECORDS = `current_setting('scale.records')::int`;
const ACCOUNTS = `current_setting('scale.accounts')::int`;
/** Held back of every estimate, as real prompts are: the hold is larger than the charge. */
const HELD_TOKENS = 'prompt_tokens + completion_tokens + 200';

export const YEAR_STEPS: { what: string; sql: string }[] = [
  {
    what: 'partitions of thirteen months',
    sql: `SELECT billing_make_usage_partitions(app_now() - interval '12 months', 15)`,
  },
  {
    what: 'accounts and keys',
    sql: `
      CREATE TEMP TABLE scale_accounts AS
        SELECT n, CASE n WHEN 0 THEN current_setting('scale.large')::uuid ELSE uuidv7() END AS id
        FROM generate_series(0, ${ACCOUNTS} - 1) AS n;
      INSERT INTO accounts (id, name, slug) SELECT id, 'Account ' || n, 'scale-' || id FROM scale_accounts;
      INSERT INTO credit_accounts (account_id, plan_id) SELECT id, 'enterprise' FROM scale_accounts;
      CREATE TEMP TABLE scale_keys AS
        SELECT a.n AS account_n, k, uuidv7() AS id, a.id AS account_id
        FROM scale_accounts a, LATERAL generate_series(0, CASE a.n WHEN 0 THEN 19 ELSE 2 END) AS k;
      INSERT INTO keys (id, account_id, name, hash, display, scopes, created_by)
        SELECT id, account_id, 'Key ' || k,
          CASE WHEN account_n = 0 AND k = 0 THEN decode(current_setting('scale.key_hash'), 'hex') ELSE sha256(uuid_send(id)) END,
          CASE WHEN account_n = 0 AND k = 0 THEN current_setting('scale.key_display') ELSE 'sk_llmr_…' || k END,
          ARRAY['inference', 'account:read'], 'system tools'
        FROM scale_keys`,
  },
  {
    what: 'the requests of a year, in the order of their time',
    sql: `
      CREATE TEMP TABLE scale_requests AS
      WITH drawn AS (
        -- Three of ten requests are the large account's; of its keys and models, a few have most of the traffic.
        SELECT n, app_now() - interval '1 hour' - (${RECORDS} - n) * (interval '365 days' / ${RECORDS}) AS reserved_at,
          CASE WHEN random() < 0.3 THEN 0 ELSE 1 + floor(random() * (${ACCOUNTS} - 1))::int END AS account_n,
          random() * random() AS k, floor(random() * random() * 30)::int AS model_n, random() AS dice,
          10 + floor(random() * 800)::int AS prompt_tokens, 1 + floor(random() * 400)::int AS completion_tokens
        FROM generate_series(1, ${RECORDS}) AS n
      )
      SELECT d.n, a.id AS account_id, uuidv7((d.reserved_at - now())::interval) AS request_id, d.reserved_at,
        d.reserved_at + interval '1 second' * (0.2 + dice * 8) AS settled_at, key.id AS key_id,
        'model-' || model_n || ':' || (1 + model_n % 5) || 'b' AS model, 500 + 100 * model_n AS multiplier_milli,
        CASE WHEN dice < 0.94 THEN 'completed' WHEN dice < 0.97 THEN 'client_left' WHEN dice < 0.985 THEN 'upstream_error'
          ELSE 'upstream_broke' END AS outcome,
        dice < 0.5 AS streamed,
        CASE WHEN dice BETWEEN 0.97 AND 0.985 THEN 0 ELSE prompt_tokens END AS prompt_tokens,
        CASE WHEN dice BETWEEN 0.97 AND 0.985 THEN 0 ELSE completion_tokens END AS completion_tokens
      FROM drawn d JOIN scale_accounts a ON a.n = d.account_n
      JOIN scale_keys key ON key.account_n = d.account_n AND key.k = floor(d.k * CASE d.account_n WHEN 0 THEN 20 ELSE 3 END)`,
  },
  {
    what: 'grants that pay for them',
    sql: `
      CREATE TEMP TABLE scale_grants AS
        SELECT account_id, uuidv7() AS id, sum((prompt_tokens + completion_tokens) * multiplier_milli)::bigint AS spent,
          min(reserved_at) - interval '1 day' AS at, max(settled_at) AS last_at
        FROM scale_requests GROUP BY account_id;
      INSERT INTO credit_grants (id, account_id, source, external_reference, priority, paid, effective_at, amount, available, booked, created_at)
        SELECT id, account_id, 'operator', 'scale ' || id, 20, false, at, spent + 1000000000, 1000000000, true, at FROM scale_grants;
      INSERT INTO ledger_entries (account_id, kind, grant_id, amount, reference_kind, reference, balance_after, created_at)
        SELECT account_id, 'grant', id, spent + 1000000000, 'grant', id::text, spent + 1000000000, at FROM scale_grants;
      UPDATE credit_accounts a SET last_settled_at = g.last_at FROM scale_grants g WHERE g.account_id = a.account_id`,
  },
  {
    what: 'what each left',
    sql: `
      CREATE TEMP TABLE scale_settled AS
        SELECT r.*, g.id AS grant_id, (prompt_tokens + completion_tokens) * multiplier_milli::bigint AS charge,
          g.spent + 1000000000 - sum((prompt_tokens + completion_tokens) * multiplier_milli)
            OVER (PARTITION BY r.account_id ORDER BY settled_at, n) AS balance_after
        FROM scale_requests r JOIN scale_grants g USING (account_id);
      DROP TABLE scale_requests`,
  },
  {
    what: 'usage records',
    sql: `
      INSERT INTO usage_records (account_id, request_id, reserved_at, settled_at, key_id, model, streamed, multiplier_milli,
        prompt_tokens, completion_tokens, usage_source, held, charge, shortfall, outcome, flags, attempts, balance_after)
      SELECT account_id, request_id, reserved_at, settled_at, key_id, model, streamed, multiplier_milli, prompt_tokens, completion_tokens,
        'reported', (${HELD_TOKENS}) * multiplier_milli, charge, 0, outcome, '{}',
        '[{"upstream": "main", "status": 200, "ms": 900}]', balance_after
      FROM scale_settled ORDER BY settled_at, n`,
  },
  {
    what: 'ledger entries',
    sql: `
      INSERT INTO ledger_entries (account_id, kind, grant_id, amount, multiplier_milli, reference_kind, reference, balance_after, created_at)
      SELECT account_id, 'charge', grant_id, charge, multiplier_milli, 'request', request_id::text, balance_after, settled_at
      FROM scale_settled WHERE charge > 0 ORDER BY settled_at, n`,
  },
  {
    what: 'holds of the last 30 days',
    sql: `
      INSERT INTO holds (request_id, account_id, key_id, model, multiplier_milli, prompt_tokens, wanted_tokens, granted_tokens,
        amount, draw_grants, draw_amounts, process_id, reserved_at, expires_at, state, ended_at)
      SELECT request_id, account_id, key_id, model, multiplier_milli, prompt_tokens + 100, completion_tokens + 100, completion_tokens + 100,
        (${HELD_TOKENS}) * multiplier_milli, ARRAY[grant_id], ARRAY[(${HELD_TOKENS}) * multiplier_milli::bigint], gen_random_uuid(),
        reserved_at, settled_at + interval '15 minutes', 'settled', settled_at
      FROM scale_settled WHERE settled_at > now() - interval '30 days' ORDER BY settled_at, n`,
  },
  {
    what: 'hour rollups',
    sql: `
      INSERT INTO usage_rollups (account_id, hour, key_id, model, outcome, requests, prompt_tokens, completion_tokens, charge)
      SELECT account_id, date_trunc('hour', settled_at, 'UTC') AS hour, key_id, model, outcome, count(*), sum(prompt_tokens),
        sum(completion_tokens), sum(charge)
      FROM scale_settled GROUP BY 1, 2, 3, 4, 5 ORDER BY 2, 1`,
  },
  { what: 'day rollups', sql: 'SELECT billing_make_days()' },
  {
    what: 'away with the scaffold',
    sql: 'DROP TABLE scale_settled, scale_grants, scale_keys, scale_accounts',
  },
  { what: 'statistics', sql: 'VACUUM ANALYZE' },
];
