import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What writes the settlements of a batch takes its members as rows: they are read out of their JSON only once. */
export class BillingMembersAsRows20261201090100 implements MigrationInterface {
  name = 'BillingMembersAsRows20261201090100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TYPE billing_settle_member AS (i int, r uuid, a uuid, e text, p bigint, c bigint, us text, oc text, fg json,
        st boolean, at jsonb);

      CREATE FUNCTION billing_write_settlements(ending billing_settle_member[], p_now timestamptz, w_charge bigint[],
        w_short bigint[], w_balance bigint[], w_state text[], w_late boolean[]) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
      DECLARE
        v_any_late boolean := true = ANY (w_late);
      BEGIN
        IF v_any_late THEN
          -- The hour that counted the request as expired gives it up, and its day where that was rolled up: it is counted
          -- where it was settled. The lock keeps the day from being rolled up meanwhile, out of an hour as it was before.
          PERFORM pg_advisory_xact_lock_shared(7201949);
          WITH late AS (
            SELECT u.account_id, date_trunc('hour', u.settled_at, 'UTC') AS hour, coalesce(u.key_id, '00000000-0000-0000-0000-000000000000') AS key_id,
              u.model, count(*) AS n
            FROM unnest(ending, w_late) AS t(i, r, a, e, p, c, us, oc, fg, st, at, late)
            JOIN holds h ON h.request_id = t.r
            JOIN usage_records u ON u.account_id = h.account_id AND u.request_id = h.request_id AND u.reserved_at = h.reserved_at
            WHERE t.late GROUP BY 1, 2, 3, 4
          ), hours AS (
            UPDATE usage_rollups r SET requests = r.requests - l.n FROM late l
            WHERE r.account_id = l.account_id AND r.hour = l.hour AND r.key_id = l.key_id AND r.model = l.model AND r.outcome = 'expired'
          )
          UPDATE usage_rollups_daily r SET requests = r.requests - l.n
          FROM (SELECT account_id, (hour AT TIME ZONE 'UTC')::date AS day, key_id, model, sum(n) AS n FROM late GROUP BY 1, 2, 3, 4) l
          WHERE r.account_id = l.account_id AND r.day = l.day AND r.key_id = l.key_id AND r.model = l.model AND r.outcome = 'expired';
          DELETE FROM usage_records u
          USING unnest(ending, w_late) AS t(i, r, a, e, p, c, us, oc, fg, st, at, late)
            JOIN holds h ON h.request_id = t.r
          WHERE t.late AND u.account_id = h.account_id AND u.request_id = h.request_id AND u.reserved_at = h.reserved_at;
        END IF;

        WITH ended AS (
          UPDATE holds h SET state = t.state, ended_at = p_now
          FROM unnest(ending, w_charge, w_short, w_balance, w_state, w_late)
            AS t(i, r, a, e, p, c, us, oc, fg, st, at, charge, short, balance, state, late)
          WHERE h.request_id = t.r AND t.state IS NOT NULL
          RETURNING h.account_id, h.request_id, h.reserved_at, h.key_id, h.model, h.multiplier_milli, h.amount, h.budget_period,
            coalesce(t.st, false) AS streamed, CASE WHEN t.state = 'settled' THEN t.p ELSE 0 END AS p,
            CASE WHEN t.state = 'settled' THEN t.c ELSE 0 END AS c,
            CASE WHEN t.state = 'settled' THEN t.us ELSE 'none' END AS us,
            CASE WHEN t.late THEN 'settled_late' WHEN t.state = 'expired' THEN 'expired' ELSE t.oc END AS oc,
            CASE WHEN t.fg IS NULL THEN '{}' ELSE ARRAY(SELECT json_array_elements_text(t.fg)) END AS fg, coalesce(t.at, '[]') AS at,
            t.charge, t.short, t.balance, t.late
        ), records AS (
          INSERT INTO usage_records (account_id, request_id, reserved_at, settled_at, key_id, model, streamed, multiplier_milli,
            prompt_tokens, completion_tokens, usage_source, held, charge, shortfall, outcome, flags, attempts, balance_after, budget_period)
          SELECT account_id, request_id, reserved_at, p_now, key_id, model, streamed, multiplier_milli, p, c, us, amount,
            charge, short, oc, fg, at, balance, budget_period FROM ended
        ), rollups AS (
          INSERT INTO usage_rollups (account_id, hour, key_id, model, outcome, requests, prompt_tokens, completion_tokens, charge)
          SELECT account_id, date_trunc('hour', p_now, 'UTC'), coalesce(key_id, '00000000-0000-0000-0000-000000000000'), model, oc,
            count(*), sum(p), sum(c), sum(charge) FROM ended GROUP BY 1, 2, 3, 4, 5
          ON CONFLICT (account_id, hour, key_id, model, outcome) DO UPDATE SET
            requests = usage_rollups.requests + excluded.requests,
            prompt_tokens = usage_rollups.prompt_tokens + excluded.prompt_tokens,
            completion_tokens = usage_rollups.completion_tokens + excluded.completion_tokens,
            charge = usage_rollups.charge + excluded.charge
        )
        UPDATE key_spending k SET spent = k.spent + s.charge, held = k.held - s.held
        FROM (SELECT key_id, budget_period, sum(charge)::bigint AS charge,
            sum(CASE WHEN late THEN 0 ELSE amount END)::bigint AS held
          FROM ended WHERE budget_period IS NOT NULL GROUP BY 1, 2) s
        WHERE k.key_id = s.key_id AND k.period = s.budget_period;
      END $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TYPE billing_settle_member CASCADE;');
  }
}
