/**
 * I1 to I9 of the ledger, each as SQL of its own that returns what contradicts it (subject, detail), and a count of
 * what was looked at. Written from the rules; it shares nothing with the application's own proof.
 */
export interface Invariant {
  name: string;
  /** How many things the check covers: the N beside its zero. */
  counted: string;
  wrong: string;
}

const ENTRY_SUMS = `SELECT grant_id,
    coalesce(sum(amount) FILTER (WHERE kind = 'grant'), 0) AS granted,
    coalesce(sum(amount) FILTER (WHERE kind = 'restore'), 0) AS restored,
    coalesce(sum(amount) FILTER (WHERE kind = 'charge'), 0) AS charged,
    coalesce(sum(amount) FILTER (WHERE kind = 'expire'), 0) AS expired,
    coalesce(sum(amount) FILTER (WHERE kind = 'clawback'), 0) AS clawed,
    coalesce(sum(amount) FILTER (WHERE kind = 'debt_payment'), 0) AS owed_paid
  FROM ledger_entries WHERE grant_id IS NOT NULL GROUP BY grant_id`;

export const INVARIANTS: Invariant[] = [
  {
    name: 'I1 each grant is conserved',
    counted: 'SELECT count(*) AS n FROM credit_grants',
    wrong: `SELECT g.id AS subject, format('%s + %s in, %s + %s + %s + %s out, %s + %s there', granted, restored, charged,
        expired, clawed, owed_paid, available, held) AS detail
      FROM credit_grants g FULL JOIN (${ENTRY_SUMS}) e ON e.grant_id = g.id
      WHERE g.id IS NULL OR coalesce(granted + restored, 0) <>
        available + held + coalesce(charged + expired + clawed + owed_paid, 0)`,
  },
  {
    name: 'I1 each account is conserved',
    counted: 'SELECT count(*) AS n FROM credit_accounts',
    wrong: `WITH e AS (SELECT account_id, sum(CASE WHEN kind IN ('grant', 'restore') THEN amount
          WHEN kind = 'debt' THEN 0 ELSE -amount END) AS balance FROM ledger_entries GROUP BY account_id),
        g AS (SELECT account_id, sum(available) + sum(held) AS balance FROM credit_grants GROUP BY account_id)
      SELECT account_id AS subject, format('entries %s, grants %s', e.balance, g.balance) AS detail
      FROM e FULL JOIN g USING (account_id) WHERE coalesce(e.balance, 0) <> coalesce(g.balance, 0)`,
  },
  {
    name: 'I1 debt is its entries',
    counted: `SELECT count(*) AS n FROM ledger_entries WHERE kind IN ('debt', 'debt_payment')`,
    wrong: `SELECT a.account_id AS subject, format('%s', a.debt) AS detail FROM credit_accounts a
      WHERE a.debt <> (SELECT coalesce(sum(amount) FILTER (WHERE kind = 'debt'), 0)
          - coalesce(sum(amount) FILTER (WHERE kind = 'debt_payment'), 0)
        FROM ledger_entries e WHERE e.account_id = a.account_id)`,
  },
  {
    name: 'I1 each entry follows from the one before it',
    counted: 'SELECT count(*) AS n FROM ledger_entries',
    wrong: `SELECT id AS subject, format('%s after %s and %s %s', balance_after, before, kind, amount) AS detail FROM (
        SELECT id, kind, amount, balance_after,
          coalesce(lag(balance_after) OVER (PARTITION BY account_id ORDER BY id), 0) AS before FROM ledger_entries) e
      WHERE balance_after <> before + CASE WHEN kind IN ('grant', 'restore') THEN amount
        WHEN kind = 'debt' THEN 0 ELSE -amount END`,
  },
  {
    name: 'I2 nothing is negative',
    counted: 'SELECT count(*) AS n FROM credit_grants',
    wrong: `SELECT id AS subject, 'grant' AS detail FROM credit_grants WHERE least(available, held) < 0
      UNION ALL SELECT account_id, 'account' FROM credit_accounts WHERE least(debt, in_flight) < 0
      UNION ALL SELECT request_id, 'record' FROM usage_records WHERE least(charge, shortfall) < 0`,
  },
  {
    name: 'I2 what is held is what open holds draw',
    counted: `SELECT count(*) AS n FROM holds WHERE state = 'open'`,
    wrong: `SELECT id AS subject, format('held %s', held) AS detail FROM credit_grants g
      WHERE held <> (SELECT coalesce(sum(a), 0) FROM holds h, unnest(draw_grants, draw_amounts) AS d(i, a)
        WHERE h.state = 'open' AND h.account_id = g.account_id AND d.i = g.id)`,
  },
  {
    name: 'I2 nothing was held in debt',
    counted: `SELECT count(*) AS n FROM holds WHERE account_id IN (SELECT account_id FROM ledger_entries WHERE kind = 'debt')`,
    wrong: `SELECT request_id AS subject, format('%s', reserved_at) AS detail FROM holds h
      WHERE account_id IN (SELECT account_id FROM ledger_entries WHERE kind = 'debt')
        AND 0 < (SELECT coalesce(sum(CASE kind WHEN 'debt' THEN amount ELSE -amount END), 0) FROM ledger_entries e
          WHERE e.account_id = h.account_id AND kind IN ('debt', 'debt_payment') AND e.created_at <= h.reserved_at)`,
  },
  {
    name: 'I2 in flight is the number of open holds',
    counted: 'SELECT count(*) AS n FROM credit_accounts',
    wrong: `SELECT account_id AS subject, format('%s', in_flight) AS detail FROM credit_accounts a
      WHERE in_flight <> (SELECT count(*) FROM holds h WHERE h.account_id = a.account_id AND state = 'open')`,
  },
  {
    name: 'I3 one usage record for each request that has ended, none before',
    counted: 'SELECT count(*) AS n FROM holds',
    wrong: `SELECT coalesce(h.request_id, u.request_id) AS subject, format('%s, %s records', h.state, u.n) AS detail
      FROM holds h FULL JOIN (SELECT request_id, count(*) AS n FROM usage_records GROUP BY request_id) u
        ON u.request_id = h.request_id
      WHERE h.request_id IS NULL OR coalesce(u.n, 0) <> CASE h.state WHEN 'open' THEN 0 ELSE 1 END`,
  },
  {
    name: 'I3 rollups are the sum of their records',
    counted: 'SELECT count(*) AS n FROM usage_rollups',
    wrong: `SELECT account_id AS subject, format('%s and %s', r.charge, u.charge) AS detail
      FROM (SELECT account_id, sum(requests) AS requests, sum(charge) AS charge, sum(prompt_tokens + completion_tokens) AS tokens
        FROM usage_rollups GROUP BY 1) r
      FULL JOIN (SELECT account_id, count(*) AS requests, sum(charge) AS charge, sum(prompt_tokens + completion_tokens) AS tokens
        FROM usage_records GROUP BY 1) u USING (account_id)
      WHERE (r.requests, r.charge, r.tokens) IS DISTINCT FROM (u.requests, u.charge, u.tokens)`,
  },
  {
    name: 'I4 no hold outlives its time',
    counted: 'SELECT count(*) AS n FROM holds',
    wrong: `SELECT request_id AS subject, format('%s', expires_at) AS detail FROM holds
      WHERE state = 'open' AND expires_at < now() - interval '45 seconds'`,
  },
  {
    name: 'I5 and I7 each charge is tokens times the multiplier of its hold, and its entries say so',
    counted: 'SELECT count(*) AS n FROM usage_records',
    wrong: `SELECT u.request_id AS subject, format('%s tokens at %s: charge %s, shortfall %s, entries %s',
        u.prompt_tokens + u.completion_tokens, u.multiplier_milli, charge, shortfall, e.total) AS detail
      FROM usage_records u LEFT JOIN holds h USING (request_id)
      LEFT JOIN (SELECT reference, account_id, sum(amount) AS total, min(multiplier_milli) AS low, max(multiplier_milli) AS high
        FROM ledger_entries WHERE kind = 'charge' GROUP BY reference, account_id) e
        ON e.reference = u.request_id::text AND e.account_id = u.account_id
      WHERE charge + shortfall <> (u.prompt_tokens + u.completion_tokens) * u.multiplier_milli
        OR charge <> coalesce(e.total, 0) OR h.multiplier_milli <> u.multiplier_milli
        OR (e.total IS NOT NULL AND (e.low, e.high) IS DISTINCT FROM (u.multiplier_milli, u.multiplier_milli))`,
  },
  {
    name: 'I5 no charge without a record',
    counted: `SELECT count(*) AS n FROM ledger_entries WHERE kind = 'charge'`,
    wrong: `SELECT e.id AS subject, e.reference AS detail FROM ledger_entries e WHERE kind = 'charge'
      AND NOT EXISTS (SELECT 1 FROM usage_records u WHERE u.account_id = e.account_id AND u.request_id = e.reference::uuid)`,
  },
  {
    name: 'I6 the guard over the entries stands',
    counted: 'SELECT 1 AS n',
    wrong: `SELECT 'ledger_entries' AS subject, 'no trigger' AS detail WHERE 1 <> (SELECT count(*) FROM pg_trigger
      WHERE tgrelid = 'ledger_entries'::regclass AND NOT tgisinternal AND tgenabled = 'A')`,
  },
  {
    name: 'I8 one grant a reference, one line a cause',
    counted: 'SELECT count(*) AS n FROM credit_grants',
    wrong: `SELECT source || external_reference AS subject, 'grants' AS detail FROM credit_grants
        GROUP BY source, external_reference HAVING count(*) > 1
      UNION ALL SELECT reference, kind FROM ledger_entries GROUP BY reference, kind, grant_id HAVING count(*) > 1`,
  },
  {
    name: 'I9 nothing drew on a grant out of force',
    counted: 'SELECT count(*) AS n FROM holds',
    wrong: `SELECT request_id AS subject, g.id::text AS detail FROM holds h, unnest(draw_grants) AS d(i)
      LEFT JOIN credit_grants g ON g.id = d.i
      WHERE g.id IS NULL OR g.account_id <> h.account_id OR g.expires_at <= h.reserved_at OR g.effective_at > h.reserved_at`,
  },
];
