import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What makes a year of a large account quick to read. A day has a row for each key, model and outcome together: 300,000
 * a year where there are many of each. Charts ask for each of the three alone, so those sums are kept too, made with the
 * days; and the hours that have what a filter asks for are found through the days that have it.
 */
export class BillingReadingAYear20261125121500 implements MigrationInterface {
  name = 'BillingReadingAYear20261125121500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TOTALS);
    await runner.query(MAKE_DAYS);
    await runner.query(MATCHING_HOURS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION billing_matching_hours, billing_make_day_totals;
      DROP TRIGGER usage_rollups_daily_changed ON usage_rollups_daily;
      DROP FUNCTION billing_change_day_totals;
      DROP TABLE usage_totals_daily;
    `);
  }
}

const TOTALS = `
  CREATE TABLE usage_totals_daily (
    account_id uuid NOT NULL,
    day date NOT NULL,
    dimension text NOT NULL CHECK (dimension IN ('model', 'key', 'outcome')),
    value text NOT NULL,
    requests bigint NOT NULL,
    prompt_tokens bigint NOT NULL,
    completion_tokens bigint NOT NULL,
    charge bigint NOT NULL,
    PRIMARY KEY (account_id, day, dimension, value)
  );

  CREATE FUNCTION billing_make_day_totals(p_from date, p_until date) RETURNS void LANGUAGE sql VOLATILE AS $$
    INSERT INTO usage_totals_daily (account_id, day, dimension, value, requests, prompt_tokens, completion_tokens, charge)
    SELECT account_id, day, d.dimension, d.value, sum(requests), sum(prompt_tokens), sum(completion_tokens), sum(charge)
    FROM usage_rollups_daily, LATERAL (VALUES ('model', model), ('key', key_id::text), ('outcome', outcome)) AS d(dimension, value)
    WHERE day >= p_from AND day < p_until GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
  $$;
  -- Days that are made already are made anew with their totals, by the job: it may take its time, a migration may not.
  TRUNCATE usage_rollups_daily;
  UPDATE usage_rollups_daily_progress SET made_until = DEFAULT;

  -- A settlement that comes late changes a day that is made.
  CREATE FUNCTION billing_change_day_totals() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    UPDATE usage_totals_daily t SET requests = t.requests + new.requests - old.requests,
      prompt_tokens = t.prompt_tokens + new.prompt_tokens - old.prompt_tokens,
      completion_tokens = t.completion_tokens + new.completion_tokens - old.completion_tokens,
      charge = t.charge + new.charge - old.charge
    WHERE t.account_id = new.account_id AND t.day = new.day
      AND (t.dimension, t.value) IN (('model', new.model), ('key', new.key_id::text), ('outcome', new.outcome));
    RETURN NULL;
  END $$;
  CREATE TRIGGER usage_rollups_daily_changed AFTER UPDATE ON usage_rollups_daily
    FOR EACH ROW EXECUTE FUNCTION billing_change_day_totals();
`;

const MAKE_DAYS = `
  CREATE OR REPLACE FUNCTION billing_make_days() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
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
      DELETE FROM usage_totals_daily WHERE day >= v_today;
    ELSE
      INSERT INTO usage_rollups_daily (account_id, day, key_id, model, outcome, requests, prompt_tokens, completion_tokens, charge)
      SELECT account_id, (hour AT TIME ZONE 'UTC')::date AS day, key_id, model, outcome, sum(requests), sum(prompt_tokens),
        sum(completion_tokens), sum(charge)
      FROM usage_rollups
      WHERE hour >= v_from::timestamp AT TIME ZONE 'UTC' AND hour < v_today::timestamp AT TIME ZONE 'UTC'
      GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5;
      GET DIAGNOSTICS v_made = ROW_COUNT;
      PERFORM billing_make_day_totals(v_from, v_today);
    END IF;
    UPDATE usage_rollups_daily_progress SET made_until = v_today;
    RETURN v_made;
  END $$;
`;

const MATCHING_HOURS = `
  -- The latest hours, not after p_at, that have requests of this key, model and outcome (null: of any). The conditions
  -- are put together of those that are asked for, so that the index alone answers them.
  CREATE FUNCTION billing_matching_hours(p_account uuid, p_from timestamptz, p_to timestamptz, p_at timestamptz, p_key uuid,
    p_model text, p_outcome text, p_limit int) RETURNS SETOF timestamptz LANGUAGE plpgsql STABLE
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off
  AS $$
  DECLARE
    v_match text := concat(' AND requests > 0', CASE WHEN p_key IS NOT NULL THEN ' AND key_id = $4' END,
      CASE WHEN p_model IS NOT NULL THEN ' AND model = $5' END, CASE WHEN p_outcome IS NOT NULL THEN ' AND outcome = $6' END);
    v_hours text := 'SELECT hour FROM usage_rollups WHERE account_id = $1 AND hour >= $2 AND hour < $3' || v_match || ' ORDER BY hour DESC';
    v_days text := 'SELECT day FROM usage_rollups_daily WHERE account_id = $1 AND day >= $2 AND day < $3' || v_match || ' ORDER BY day DESC';
    v_before timestamptz := least(p_to, date_trunc('hour', p_at, 'UTC') + interval '1 hour');
    v_made date := (SELECT least(made_until, (app_now() AT TIME ZONE 'UTC')::date) FROM usage_rollups_daily_progress);
    v_midnight timestamptz := v_made::timestamp AT TIME ZONE 'UTC';
    v_count int := 0;
    v_day date;
    v_last_day date;
    v_hour timestamptz;
    v_last timestamptz;
  BEGIN
    FOR v_hour IN EXECUTE v_hours USING p_account, greatest(p_from, v_midnight), v_before, p_key, p_model, p_outcome LOOP
      CONTINUE WHEN v_hour = v_last;
      v_last := v_hour; v_count := v_count + 1;
      RETURN NEXT v_hour;
      IF v_count = p_limit THEN RETURN; END IF;
    END LOOP;
    FOR v_day IN EXECUTE v_days USING p_account, (p_from AT TIME ZONE 'UTC')::date,
      least(v_made, ((v_before - interval '1 hour') AT TIME ZONE 'UTC')::date + 1), p_key, p_model, p_outcome
    LOOP
      CONTINUE WHEN v_day = v_last_day;
      v_last_day := v_day; v_midnight := v_day::timestamp AT TIME ZONE 'UTC';
      FOR v_hour IN EXECUTE v_hours USING p_account, greatest(p_from, v_midnight), least(v_before, v_midnight + interval '1 day'),
        p_key, p_model, p_outcome
      LOOP
        CONTINUE WHEN v_hour = v_last;
        v_last := v_hour; v_count := v_count + 1;
        RETURN NEXT v_hour;
        IF v_count = p_limit THEN RETURN; END IF;
      END LOOP;
    END LOOP;
  END $$;
`;
