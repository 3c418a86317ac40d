import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Usage by UTC day, for reads over many of them. Nothing is added to a settlement: whole days are made of their hours
 * when they are over, and reads add the hours of the days that are not made yet.
 */
export class BillingDayRollups20261125121200 implements MigrationInterface {
  name = 'BillingDayRollups20261125121200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE usage_rollups_daily (
        account_id uuid NOT NULL,
        day date NOT NULL,
        key_id uuid NOT NULL,
        model text NOT NULL,
        outcome text NOT NULL,
        requests bigint NOT NULL,
        prompt_tokens bigint NOT NULL,
        completion_tokens bigint NOT NULL,
        charge bigint NOT NULL,
        PRIMARY KEY (account_id, day, key_id, model, outcome)
      );

      CREATE TABLE usage_rollups_daily_progress (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        made_until date NOT NULL DEFAULT '2000-01-01'
      );
      COMMENT ON COLUMN usage_rollups_daily_progress.made_until IS 'the first UTC day that is not made yet';
      INSERT INTO usage_rollups_daily_progress DEFAULT VALUES;

      -- Makes the days that are over; returns how many rows. A day is over an hour after its midnight: a settlement takes
      -- its time under the account's lock and commits within seconds. Days ahead of the clock are made anew: it was moved.
      CREATE FUNCTION billing_make_days() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
      DECLARE
        v_today date := ((app_now() - interval '1 hour') AT TIME ZONE 'UTC')::date;
        v_from date;
        v_made bigint := 0;
      BEGIN
        PERFORM pg_advisory_xact_lock(7201949);
        SELECT made_until INTO v_from FROM usage_rollups_daily_progress FOR UPDATE;
        IF v_from = v_today THEN
          RETURN 0;
        END IF;
        IF v_from > v_today THEN
          DELETE FROM usage_rollups_daily WHERE day >= v_today;
        ELSE
          INSERT INTO usage_rollups_daily (account_id, day, key_id, model, outcome, requests, prompt_tokens, completion_tokens, charge)
          SELECT account_id, (hour AT TIME ZONE 'UTC')::date AS day, key_id, model, outcome, sum(requests), sum(prompt_tokens),
            sum(completion_tokens), sum(charge)
          FROM usage_rollups
          WHERE hour >= v_from::timestamp AT TIME ZONE 'UTC' AND hour < v_today::timestamp AT TIME ZONE 'UTC'
          GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5;
          GET DIAGNOSTICS v_made = ROW_COUNT;
        END IF;
        UPDATE usage_rollups_daily_progress SET made_until = v_today;
        RETURN v_made;
      END $$;

      CREATE OR REPLACE FUNCTION billing_write_settlements(p_members json, p_now timestamptz, w_charge bigint[],
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
            FROM ROWS FROM (json_to_recordset(p_members) AS (r uuid), unnest(w_late)) AS t(r, late)
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
          USING ROWS FROM (json_to_recordset(p_members) AS (r uuid), unnest(w_late)) AS t(r, late)
            JOIN holds h ON h.request_id = t.r
          WHERE t.late AND u.account_id = h.account_id AND u.request_id = h.request_id AND u.reserved_at = h.reserved_at;
        END IF;

        WITH ended AS (
          UPDATE holds h SET state = t.state, ended_at = p_now
          FROM ROWS FROM (json_to_recordset(p_members) AS (r uuid, p bigint, c bigint, us text, oc text, fg json, st boolean,
              at jsonb), unnest(w_charge), unnest(w_short), unnest(w_balance), unnest(w_state), unnest(w_late))
            AS t(r, p, c, us, oc, fg, st, at, charge, short, balance, state, late)
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
    await runner.query(
      'DROP FUNCTION billing_make_days; DROP TABLE usage_rollups_daily, usage_rollups_daily_progress;',
    );
  }
}
