/**
 * The ledger's invariants as SQL, each finding what contradicts it: rows of (subject, detail). Plain SQL on
 * purpose: nothing here calls the functions that wrote the rows.
 */
export interface ProofCheck {
  name: string;
  sql: string;
}

const SIGNED = `CASE WHEN kind IN ('grant', 'restore') THEN amount WHEN kind = 'debt' THEN 0 ELSE -amount END`;
const NO_KEY = `'00000000-0000-0000-0000-000000000000'::uuid`;
/** Retention drops the oldest months of usage records; what was settled just after them may belong to them. */
const RECORDS_KEPT_SINCE = `(SELECT min(to_date(right(c.relname, 7), 'YYYY_MM'))::timestamp AT TIME ZONE 'UTC' + interval '1 day'
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'usage_records'::regclass)`;
/** Ended holds are dropped after 30 days; a day less is sure to be whole. */
const HOLDS_KEPT_SINCE = `(app_now() - interval '29 days')`;

export const PROOF_CHECKS: ProofCheck[] = [
  {
    name: 'grant_conservation',
    sql: `SELECT g.id::text AS subject, format('entries leave %s, the grant has %s', coalesce(e.left_over, 0), g.available + g.held) AS detail
      FROM credit_grants g LEFT JOIN (SELECT grant_id, sum(${SIGNED}) AS left_over FROM ledger_entries GROUP BY grant_id) e
        ON e.grant_id = g.id
      WHERE g.available + g.held <> coalesce(e.left_over, 0)`,
  },
  {
    name: 'grant_booked_once',
    sql: `SELECT g.id::text AS subject, format('amount %s, entries say %s in %s', g.amount, coalesce(e.total, 0), coalesce(e.n, 0)) AS detail
      FROM credit_grants g LEFT JOIN (SELECT grant_id, sum(amount) AS total, count(*) AS n FROM ledger_entries
        WHERE kind = 'grant' GROUP BY grant_id) e ON e.grant_id = g.id
      WHERE CASE WHEN g.booked THEN (e.n, e.total) IS DISTINCT FROM (1::bigint, g.amount::numeric) ELSE e.n IS NOT NULL END`,
  },
  {
    name: 'grant_once_per_reference',
    sql: `SELECT source || ':' || external_reference AS subject, count(*) || ' grants' AS detail FROM credit_grants
      GROUP BY source, external_reference HAVING count(*) > 1`,
  },
  {
    name: 'nothing_negative',
    sql: `SELECT id::text AS subject, format('available %s, held %s', available, held) AS detail FROM credit_grants
        WHERE available < 0 OR held < 0
      UNION ALL SELECT account_id::text, format('debt %s, in flight %s', debt, in_flight) FROM credit_accounts WHERE debt < 0 OR in_flight < 0
      UNION ALL SELECT key_id || ' ' || period, format('spent %s, held %s', spent, held) FROM key_spending WHERE spent < 0 OR held < 0
      UNION ALL SELECT id::text, format('entry of %s', amount) FROM ledger_entries WHERE amount <= 0
      UNION ALL SELECT request_id::text, format('charge %s, shortfall %s', charge, shortfall) FROM usage_records WHERE charge < 0 OR shortfall < 0`,
  },
  {
    name: 'live_grants_are_indexed',
    sql: `SELECT id::text AS subject, 'has credits and is marked empty' AS detail FROM credit_grants
      WHERE NOT live AND available + held > 0`,
  },
  {
    name: 'debt',
    sql: `SELECT a.account_id::text AS subject, format('debt %s, entries say %s', a.debt, coalesce(e.owed, 0)) AS detail
      FROM credit_accounts a LEFT JOIN (SELECT account_id,
        sum(CASE kind WHEN 'debt' THEN amount ELSE -amount END) AS owed FROM ledger_entries
        WHERE kind IN ('debt', 'debt_payment') GROUP BY account_id) e USING (account_id)
      WHERE a.debt <> coalesce(e.owed, 0)`,
  },
  {
    name: 'debt_before_credit',
    sql: `SELECT a.account_id::text AS subject, format('owes %s with %s available', a.debt, g.available) AS detail
      FROM credit_accounts a JOIN (SELECT account_id, sum(available) AS available FROM credit_grants GROUP BY account_id) g
        USING (account_id)
      WHERE a.debt > 0 AND g.available > 0`,
  },
  {
    // An account's times follow the order of its decisions: they are taken under its lock.
    name: 'held_in_debt',
    sql: `SELECT h.request_id::text AS subject, format('held while %s was owed', d.owed) AS detail
      FROM holds h, LATERAL (SELECT sum(CASE e.kind WHEN 'debt' THEN e.amount ELSE -e.amount END) AS owed
        FROM ledger_entries e WHERE e.account_id = h.account_id AND e.kind IN ('debt', 'debt_payment')
          AND e.created_at <= h.reserved_at) d
      WHERE h.account_id IN (SELECT account_id FROM ledger_entries WHERE kind = 'debt') AND d.owed > 0`,
  },
  {
    name: 'accounts_exist',
    sql: `SELECT DISTINCT account_id::text AS subject, 'has money and no books' AS detail FROM (
        SELECT account_id FROM credit_grants UNION ALL SELECT account_id FROM holds UNION ALL SELECT account_id FROM ledger_entries
        UNION ALL SELECT account_id FROM usage_rollups) m
      WHERE NOT EXISTS (SELECT 1 FROM credit_accounts a WHERE a.account_id = m.account_id)`,
  },
  {
    // A date later than the soonest change would let an expired grant be drawn on.
    name: 'next_grant_change',
    sql: `SELECT a.account_id::text AS subject, format('next change at %s, due at %s', a.next_grant_change_at, g.due) AS detail
      FROM credit_accounts a JOIN (SELECT account_id, min(CASE WHEN booked THEN expires_at ELSE effective_at END) AS due
        FROM credit_grants WHERE live AND (NOT booked OR available > 0) GROUP BY account_id) g USING (account_id)
      WHERE g.due < coalesce(a.next_grant_change_at, 'infinity')`,
  },
  {
    name: 'expired_when_due',
    sql: `SELECT e.id::text AS subject, format('expired at %s, the grant runs until %s', e.created_at, g.expires_at) AS detail
      FROM ledger_entries e JOIN credit_grants g ON g.id = e.grant_id
      WHERE e.kind = 'expire' AND (g.expires_at IS NULL OR g.expires_at > e.created_at)`,
  },
  {
    name: 'grant_held',
    sql: `SELECT g.id::text AS subject, format('held %s, open holds draw %s', g.held, coalesce(d.amount, 0)) AS detail
      FROM credit_grants g LEFT JOIN (SELECT d.grant_id, sum(d.amount) AS amount FROM holds h,
        unnest(h.draw_grants, h.draw_amounts) AS d(grant_id, amount) WHERE h.state = 'open' GROUP BY d.grant_id) d
        ON d.grant_id = g.id
      WHERE g.held <> coalesce(d.amount, 0)`,
  },
  {
    name: 'hold_draws',
    sql: `SELECT h.request_id::text AS subject, format('amount %s, draws %s', h.amount, d.amount) AS detail
      FROM holds h, LATERAL (SELECT coalesce(sum(x), 0) AS amount FROM unnest(h.draw_amounts) AS u(x)) d
      WHERE h.amount <> d.amount OR h.amount <> h.multiplier_milli * (h.amount / nullif(h.multiplier_milli, 0))
        OR (h.multiplier_milli = 0 AND h.amount <> 0)`,
  },
  {
    name: 'hold_grants',
    sql: `SELECT h.request_id::text AS subject, 'draws on a grant that is not the account''s, or had expired' AS detail
      FROM holds h, unnest(h.draw_grants) AS u(grant_id) LEFT JOIN credit_grants g ON g.id = u.grant_id
      WHERE g.account_id IS DISTINCT FROM h.account_id OR g.expires_at <= h.reserved_at OR g.effective_at > h.reserved_at`,
  },
  {
    name: 'in_flight',
    sql: `SELECT a.account_id::text AS subject, format('in flight %s, open holds %s', a.in_flight, coalesce(h.n, 0)) AS detail
      FROM credit_accounts a LEFT JOIN (SELECT account_id, count(*) AS n FROM holds WHERE state = 'open' GROUP BY account_id) h
        USING (account_id)
      WHERE a.in_flight <> coalesce(h.n, 0)`,
  },
  {
    // Counting too few would admit too many. More than the minute's own are possible only when a clock stepped back.
    name: 'request_window',
    sql: `SELECT a.account_id::text AS subject, format('%s requests in the minute of %s, %s holds', a.window_requests, a.window_minute, h.n) AS detail
      FROM credit_accounts a, LATERAL (SELECT count(*) FILTER (WHERE reserved_at >= a.window_minute
            AND reserved_at < a.window_minute + interval '1 minute') AS n, count(*) AS day
          FROM holds WHERE account_id = a.account_id AND reserved_at > a.window_minute - interval '1 day') h
      WHERE (a.window_minute > ${HOLDS_KEPT_SINCE} OR (a.window_minute = '-infinity' AND a.window_requests <> 0))
        AND (a.window_requests < h.n OR a.window_requests > h.day)`,
  },
  {
    name: 'one_record_a_request',
    sql: `SELECT coalesce(h.request_id, u.request_id)::text AS subject,
        format('hold %s, %s usage records', coalesce(h.state, 'missing'), count(u.request_id)) AS detail
      FROM holds h FULL JOIN (SELECT request_id, account_id FROM usage_records WHERE settled_at > now() - interval '29 days') u
        ON u.request_id = h.request_id AND u.account_id = h.account_id
      WHERE h.ended_at IS NULL OR h.ended_at > now() - interval '29 days'
      GROUP BY h.request_id, u.request_id, h.state
      HAVING count(u.request_id) <> CASE WHEN h.state = 'open' THEN 0 WHEN h.state IS NULL THEN -1 ELSE 1 END`,
  },
  {
    name: 'record_matches_hold',
    sql: `SELECT u.request_id::text AS subject, format('hold %s, record %s', h.state, u.outcome) AS detail
      FROM usage_records u JOIN holds h USING (account_id, request_id)
      WHERE (u.held, u.multiplier_milli, u.model, u.reserved_at) IS DISTINCT FROM (h.amount, h.multiplier_milli, h.model, h.reserved_at)
        OR u.key_id IS DISTINCT FROM h.key_id OR (h.state = 'expired') <> (u.outcome = 'expired')
        OR (h.state IN ('expired', 'released') AND u.charge + u.shortfall > 0)`,
  },
  {
    name: 'record_price',
    sql: `SELECT request_id::text AS subject, format('charge %s, shortfall %s', charge, shortfall) AS detail FROM usage_records
      WHERE charge + shortfall <> (prompt_tokens + completion_tokens) * multiplier_milli`,
  },
  {
    name: 'record_charge',
    sql: `SELECT coalesce(u.request_id::text, e.reference) AS subject,
        format('record says %s, entries %s', coalesce(u.charge, 0), coalesce(e.charge, 0)) AS detail
      FROM usage_records u FULL JOIN (SELECT account_id, reference, sum(amount) AS charge, min(multiplier_milli) AS low,
        max(multiplier_milli) AS high, count(*) - count(multiplier_milli) AS without, min(created_at) AS at
        FROM ledger_entries WHERE kind = 'charge' GROUP BY account_id, reference) e
        ON e.reference = u.request_id::text AND e.account_id = u.account_id
      WHERE (coalesce(u.charge, 0) <> coalesce(e.charge, 0) OR e.low <> u.multiplier_milli OR e.high <> u.multiplier_milli
          OR e.without > 0)
        AND (u.request_id IS NOT NULL OR e.at >= ${RECORDS_KEPT_SINCE})`,
  },
  {
    // What the client was told it had left is what its last charge left. Which is the last is looked up only where one
    // says something else, and behind a fence: to look it up for every charge of a year takes a quarter of an hour.
    name: 'record_balance',
    sql: `WITH other AS MATERIALIZED (
        SELECT u.request_id, u.balance_after AS told, e.id, e.account_id, e.reference, e.balance_after
        FROM usage_records u JOIN ledger_entries e ON e.reference = u.request_id::text AND e.account_id = u.account_id
        WHERE e.kind = 'charge' AND u.balance_after <> e.balance_after)
      SELECT request_id::text AS subject, format('told %s, the entry says %s', told, balance_after) AS detail FROM other o
      WHERE NOT EXISTS (SELECT 1 FROM ledger_entries later WHERE later.reference = o.reference AND later.kind = 'charge'
        AND later.account_id = o.account_id AND later.id > o.id)`,
  },
  {
    name: 'entry_account',
    sql: `SELECT e.id::text AS subject, 'names a grant of another account' AS detail
      FROM ledger_entries e LEFT JOIN credit_grants g ON g.id = e.grant_id
      WHERE e.grant_id IS NOT NULL AND g.account_id IS DISTINCT FROM e.account_id`,
  },
  {
    name: 'balance_after',
    sql: `SELECT id::text AS subject, format('says %s, adds up to %s', balance_after, running) AS detail FROM (
        SELECT id, balance_after, sum(${SIGNED}) OVER (PARTITION BY account_id ORDER BY id) AS running FROM ledger_entries) e
      WHERE balance_after <> running`,
  },
  {
    name: 'entries_once',
    sql: `SELECT reference AS subject, format('%s entries of kind %s', count(*), kind) AS detail FROM ledger_entries
      GROUP BY reference, kind, grant_id HAVING count(*) > 1`,
  },
  {
    name: 'rollups',
    sql: `SELECT format('%s %s', account_id, hour) AS subject,
        format('rollup %s requests %s, records %s requests %s', r.requests, r.charge, u.requests, u.charge) AS detail
      FROM (SELECT * FROM usage_rollups WHERE requests <> 0 OR charge <> 0 OR prompt_tokens <> 0 OR completion_tokens <> 0) r
      FULL JOIN (SELECT account_id, date_trunc('hour', settled_at, 'UTC') AS hour, coalesce(key_id, ${NO_KEY}) AS key_id, model,
          outcome, count(*) AS requests, sum(prompt_tokens) AS p, sum(completion_tokens) AS c, sum(charge) AS charge
        FROM usage_records GROUP BY 1, 2, 3, 4, 5) u USING (account_id, hour, key_id, model, outcome)
      WHERE (r.requests, r.prompt_tokens, r.completion_tokens, r.charge)
          IS DISTINCT FROM (u.requests, u.p::bigint, u.c::bigint, u.charge::bigint)
        AND hour >= ${RECORDS_KEPT_SINCE}`,
  },
  {
    name: 'rollups_by_day',
    sql: `SELECT format('%s %s', account_id, day) AS subject,
        format('the day says %s requests %s, its hours %s requests %s', d.requests, d.charge, h.requests, h.charge) AS detail
      FROM usage_rollups_daily d FULL JOIN (SELECT account_id, (hour AT TIME ZONE 'UTC')::date AS day, key_id, model, outcome,
          sum(requests) AS requests, sum(prompt_tokens) AS p, sum(completion_tokens) AS c, sum(charge) AS charge
        FROM usage_rollups WHERE hour < (SELECT made_until FROM usage_rollups_daily_progress)::timestamp AT TIME ZONE 'UTC'
        GROUP BY 1, 2, 3, 4, 5) h USING (account_id, day, key_id, model, outcome)
      WHERE (d.requests, d.prompt_tokens, d.completion_tokens, d.charge)
          IS DISTINCT FROM (h.requests::bigint, h.p::bigint, h.c::bigint, h.charge::bigint)
        -- After a clock that was moved back, days ahead of it are made anew.
        AND day < (app_now() AT TIME ZONE 'UTC')::date`,
  },
  {
    name: 'totals_by_day',
    sql: `SELECT format('%s %s %s', account_id, day, value) AS subject,
        format('the total says %s requests %s, the day %s requests %s', t.requests, t.charge, d.requests, d.charge) AS detail
      FROM usage_totals_daily t FULL JOIN (SELECT account_id, day, dimension, value, sum(requests) AS requests, sum(prompt_tokens) AS p,
          sum(completion_tokens) AS c, sum(charge) AS charge
        FROM usage_rollups_daily, LATERAL (VALUES ('model', model), ('key', key_id::text), ('outcome', outcome)) AS v(dimension, value)
        GROUP BY 1, 2, 3, 4) d USING (account_id, day, dimension, value)
      WHERE (t.requests, t.prompt_tokens, t.completion_tokens, t.charge)
          IS DISTINCT FROM (d.requests::bigint, d.p::bigint, d.c::bigint, d.charge::bigint)`,
  },
  {
    // Compared whenever credits move, so that the side is where the balance is, but for the margin on the way up.
    name: 'low_balance_side',
    sql: `SELECT a.account_id::text AS subject, format('balance %s, threshold %s, said to be %s; the last crossing says %s',
          g.balance, a.low_balance_threshold, a.low_balance_side, coalesce(c.side, 'nothing')) AS detail
      FROM credit_accounts a
      LEFT JOIN (SELECT account_id, sum(available + held) AS balance FROM credit_grants WHERE booked GROUP BY account_id) g
        USING (account_id)
      LEFT JOIN LATERAL (SELECT side FROM low_balance_crossings c WHERE c.account_id = a.account_id ORDER BY id DESC LIMIT 1) c ON true
      WHERE a.low_balance_side <> coalesce(c.side, 'above')
        OR (a.low_balance_side = 'above' AND g.balance < a.low_balance_threshold)
        OR (a.low_balance_side = 'below' AND g.balance >= a.low_balance_threshold * 1.1)`,
  },
  {
    name: 'key_spending',
    sql: `SELECT key_id || ' ' || period AS subject,
        format('spent %s and held %s, records say %s and %s', k.spent, k.held, coalesce(u.spent, 0), coalesce(h.held, 0)) AS detail
      FROM key_spending k
      FULL JOIN (SELECT key_id, budget_period AS period, sum(charge) AS spent FROM usage_records
        WHERE budget_period IS NOT NULL GROUP BY 1, 2) u USING (key_id, period)
      FULL JOIN (SELECT key_id, budget_period AS period, sum(amount) AS held FROM holds
        WHERE state = 'open' AND budget_period IS NOT NULL GROUP BY 1, 2) h USING (key_id, period)
      WHERE coalesce(k.held, 0) <> coalesce(h.held, 0) OR coalesce(k.spent, 0) < coalesce(u.spent, 0)
        -- Records that retention dropped still count in a life's budget, and in the periods they were of.
        OR (coalesce(k.spent, 0) > coalesce(u.spent, 0)
          AND CASE WHEN period = 'life' THEN (SELECT min(settled_at) FROM usage_records) IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM usage_rollups r WHERE r.key_id = k.key_id AND r.hour < ${RECORDS_KEPT_SINCE})
            ELSE to_date(left(period, 7), 'YYYY-MM') >= ${RECORDS_KEPT_SINCE} - interval '1 day' END)`,
  },
  {
    // Limits change, so that the highest one a period's holds were taken under is what it may have come to.
    name: 'budget_limits',
    sql: `SELECT k.key_id || ' ' || k.period AS subject,
        format('spent %s and held %s of at most %s', k.spent, k.held, h.most) AS detail
      FROM key_spending k JOIN (SELECT key_id, budget_period AS period, max(budget_limit) AS most FROM holds
        WHERE budget_period IS NOT NULL GROUP BY 1, 2) h USING (key_id, period)
      WHERE k.spent + k.held > h.most AND k.period <> 'life'
        AND to_date(CASE length(k.period) WHEN 7 THEN k.period || '-01' ELSE k.period END, 'YYYY-MM-DD') > ${HOLDS_KEPT_SINCE}`,
  },
  {
    name: 'holds_end_in_time',
    sql: `SELECT h.request_id::text AS subject, 'still open after its time or its process' AS detail
      FROM holds h LEFT JOIN processes p ON p.id = h.process_id
      WHERE h.state = 'open' AND (h.expires_at < now() - interval '45 seconds' OR coalesce(p.beat_at, h.expires_at - interval '1 day') < now() - interval '45 seconds')
        AND EXISTS (SELECT 1 FROM processes WHERE started_at < now() - interval '60 seconds' AND beat_at > now() - interval '10 seconds')`,
  },
  {
    name: 'entries_are_immutable',
    sql: `SELECT 'ledger_entries' AS subject, 'the trigger that keeps entries immutable is gone or off' AS detail
      WHERE NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = 'ledger_entries'::regclass
        AND tgname = 'ledger_entries_immutable' AND tgenabled = 'A')`,
  },
];
