import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Days are made a few at a time: the first fill of a year of a large service took minutes in one transaction, during
 * which a settlement that came late had to wait.
 */
export class BillingDaysInSlices20261125150400 implements MigrationInterface {
  name = 'BillingDaysInSlices20261125150400';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Hours are inserted in the order of their time, so a few bytes for each stretch of blocks find a day's. Unlike a
      -- tree it costs a settlement nothing: a row that changes keeps its hour.
      CREATE INDEX usage_rollups_hour ON usage_rollups USING brin (hour) WITH (pages_per_range = 32, autosummarize = on);

      DROP FUNCTION billing_make_days();
      -- Makes at most p_most of the days that are over (null: all); returns how many are left. A day is over an hour
      -- after its midnight: a settlement takes its time under the account's lock and commits within seconds. Days ahead
      -- of the clock are made anew: it was moved.
      CREATE FUNCTION billing_make_days(p_most int DEFAULT NULL) RETURNS int LANGUAGE plpgsql VOLATILE AS $$
      DECLARE
        v_today date := ((app_now() - interval '1 hour') AT TIME ZONE 'UTC')::date;
        v_from date;
        v_until date;
        v_first date;
      BEGIN
        PERFORM pg_advisory_xact_lock(7201949);
        SELECT made_until INTO v_from FROM usage_rollups_daily_progress FOR UPDATE;
        IF v_from = v_today THEN
          RETURN 0;
        END IF;
        IF v_from > v_today THEN
          DELETE FROM usage_rollups_daily WHERE day >= v_today;
          DELETE FROM usage_totals_daily WHERE day >= v_today;
          UPDATE usage_rollups_daily_progress SET made_until = v_today;
          RETURN 0;
        END IF;
        IF v_today - v_from > p_most THEN
          -- Days in which nobody asked anything, such as those before the first request, are passed over at once.
          SELECT (min(first.hour) AT TIME ZONE 'UTC')::date INTO v_first FROM credit_accounts a, LATERAL (
            SELECT r.hour FROM usage_rollups r
            WHERE r.account_id = a.account_id AND r.hour >= v_from::timestamp AT TIME ZONE 'UTC' ORDER BY r.hour LIMIT 1) AS first;
          v_from := least(v_first, v_today);
        END IF;
        v_until := least(v_today, v_from + p_most);
        INSERT INTO usage_rollups_daily (account_id, day, key_id, model, outcome, requests, prompt_tokens, completion_tokens, charge)
        SELECT account_id, (hour AT TIME ZONE 'UTC')::date AS day, key_id, model, outcome, sum(requests), sum(prompt_tokens),
          sum(completion_tokens), sum(charge)
        FROM usage_rollups
        WHERE hour >= v_from::timestamp AT TIME ZONE 'UTC' AND hour < v_until::timestamp AT TIME ZONE 'UTC'
        GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5;
        PERFORM billing_make_day_totals(v_from, v_until);
        UPDATE usage_rollups_daily_progress SET made_until = v_until;
        RETURN v_today - v_until;
      END $$;

      -- The totals of the days just made are read by day, which the key begins with no account for.
      CREATE INDEX usage_rollups_daily_day ON usage_rollups_daily USING brin (day) WITH (pages_per_range = 32, autosummarize = on);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX usage_rollups_daily_day, usage_rollups_hour;
      DROP FUNCTION billing_make_days(int);
    `);
  }
}
