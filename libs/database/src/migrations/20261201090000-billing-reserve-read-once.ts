import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A batch's members are read out of their JSON once. Each reading costs about 4 µs a member, whatever is taken of it, and
 * there were five: a tenth of a reserve. A budget's row is written where a member has a budget. What is decided and
 * written, and what members and answers are, is as in the first form of this function.
 */
export class BillingReserveReadOnce20261201090000 implements MigrationInterface {
  name = 'BillingReserveReadOnce20261201090000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TYPE billing_reserve_member AS (i int, r uuid, a uuid, k uuid, m text, x bigint, vu bigint, p bigint, w bigint,
        l bigint, q bigint, c bigint, s boolean, rpm int, fl int, b bigint, br text);

      CREATE OR REPLACE FUNCTION billing_reserve(p_members json, p_accounts uuid[], p_process uuid, p_ttl_seconds int)
      RETURNS json LANGUAGE plpgsql VOLATILE
        SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
      AS $$
      DECLARE
        v_now timestamptz;
        v_now_ms bigint;
        v_minute timestamptz;
        v_day text;
        v_month text;
        v_due uuid;
        m record;
        -- The account at hand, as the members before this one leave it.
        a_id uuid;
        a_grants uuid[];
        a_left bigint[];
        a_available bigint;
        a_held bigint;
        a_flight int;
        a_requests int;
        a_admitted int;
        b_keys text[];
        b_used bigint[];
        -- The member at hand.
        v_state text;
        v_out bigint;
        v_amount bigint;
        v_room bigint;
        v_floor bigint;
        v_rest bigint;
        v_take bigint;
        v_at int;
        v_period text;
        v_draw_grants text;
        v_draw_amounts text;
        -- What is to be written.
        asked billing_reserve_member[] := ARRAY(SELECT one FROM json_populate_recordset(NULL::billing_reserve_member, p_members) AS one);
        h_any boolean := false; b_any boolean := false;
        h_out bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(asked)]);
        h_amount bigint[] := h_out;
        h_grants text[] := array_fill(NULL::text, ARRAY[cardinality(asked)]);
        h_amounts text[] := h_grants;
        h_period text[] := h_grants;
        d_grant uuid[] := '{}';
        d_amount bigint[] := '{}';
        c_account uuid[] := '{}';
        c_admitted int[] := '{}';
        c_requests int[] := '{}';
        answers json[] := '{}';
      BEGIN
        PERFORM 1 FROM credit_accounts WHERE account_id = ANY (p_accounts) ORDER BY account_id FOR NO KEY UPDATE;
        v_now := billing_now();
        v_now_ms := floor(extract(epoch FROM v_now) * 1000);
        v_minute := date_trunc('minute', v_now);
        v_day := to_char(v_now AT TIME ZONE 'UTC', 'YYYY-MM-DD');
        v_month := left(v_day, 7);
        FOR v_due IN SELECT account_id FROM credit_accounts WHERE account_id = ANY (p_accounts) AND next_grant_change_at <= v_now
        LOOP
          PERFORM billing_apply_due(v_due, v_now);
        END LOOP;

        FOR m IN
          WITH g AS (
            SELECT account_id, array_agg(id ORDER BY priority, expires_at NULLS LAST, paid, created_at, id) AS grants,
              array_agg(available ORDER BY priority, expires_at NULLS LAST, paid, created_at, id) AS lefts,
              sum(available)::bigint AS available, sum(held)::bigint AS held
            FROM credit_grants WHERE account_id = ANY (p_accounts) AND live GROUP BY account_id
          )
          SELECT t.*, ca.account_id, ca.debt, ca.in_flight,
            CASE WHEN ca.window_minute >= v_minute THEN ca.window_requests ELSE 0 END AS requests,
            g.grants, g.lefts, coalesce(g.available, 0) AS available, coalesce(g.held, 0) AS held,
            ks.spent + ks.held AS used,
            h.state AS first_state, h.amount AS first_amount, h.granted_tokens AS first_out, h.reserved_at AS first_at,
            (h.account_id, h.multiplier_milli, h.prompt_tokens, h.wanted_tokens) IS DISTINCT FROM (t.a, t.x, t.p, t.w * t.c)
              AS differs
          FROM unnest(asked) WITH ORDINALITY AS t(i, r, a, k, m, x, vu, p, w, l, q, c, s, rpm, fl, b, br, place)
          LEFT JOIN credit_accounts ca ON ca.account_id = t.a
          LEFT JOIN g ON g.account_id = t.a
          LEFT JOIN key_spending ks ON t.b IS NOT NULL AND ks.key_id = t.k
            AND ks.period = CASE t.br WHEN 'daily' THEN v_day WHEN 'monthly' THEN v_month ELSE 'life' END
          LEFT JOIN holds h ON h.request_id = t.r
          ORDER BY t.a, place
        LOOP
          IF a_id IS DISTINCT FROM m.a THEN
            IF a_admitted > 0 THEN
              c_account := c_account || a_id; c_admitted := c_admitted || a_admitted; c_requests := c_requests || a_requests;
            END IF;
            a_id := m.a; a_grants := m.grants; a_left := m.lefts; a_available := m.available; a_held := m.held;
            a_flight := m.in_flight; a_requests := m.requests; a_admitted := 0; b_keys := '{}'; b_used := '{}';
          END IF;

          v_state := NULL; v_out := 0; v_amount := 0; v_period := NULL; v_room := a_available; v_at := NULL;
          IF m.first_state IS NOT NULL THEN
            answers := answers || json_build_object('i', m.i, 's',
              CASE WHEN m.differs THEN 'exists_with_different_amount' ELSE 'exists_' || m.first_state END,
              'o', m.first_out, 'h', m.first_amount, 'av', a_available::text, 'hd', a_held::text, 'wr', a_requests, 'ft', 0,
              'ra', floor(extract(epoch FROM m.first_at) * 1000)::bigint);
            CONTINUE;
          END IF;
          IF m.b IS NOT NULL THEN
            v_period := CASE m.br WHEN 'daily' THEN v_day WHEN 'monthly' THEN v_month ELSE 'life' END;
            v_at := array_position(b_keys, m.k || v_period);
            IF v_at IS NULL THEN
              b_keys := b_keys || (m.k || v_period); b_used := b_used || coalesce(m.used, 0);
              v_at := cardinality(b_keys);
            END IF;
            v_room := greatest(0, least(v_room, m.b - b_used[v_at]));
          END IF;

          IF m.account_id IS NULL THEN v_state := 'unknown_account';
          ELSIF m.vu IS NOT NULL AND v_now_ms >= m.vu THEN v_state := 'price_outdated';
          ELSIF m.s THEN v_state := 'account_suspended';
          ELSIF m.rpm IS NOT NULL AND a_requests >= m.rpm THEN v_state := 'rate_limit_exceeded';
          ELSIF m.fl IS NOT NULL AND a_flight >= m.fl THEN v_state := 'too_many_concurrent_requests';
          ELSIF m.debt > 0 THEN v_state := 'account_in_debt';
          ELSE
            v_out := m.w;
            IF m.x > 0 AND m.c > 0 THEN
              -- The caller set no limit: at most a quarter of what is available, never under the floor.
              IF m.q IS NOT NULL THEN
                v_out := least(v_out, greatest(m.q, a_available / 4 / (m.x * m.c)));
              END IF;
              IF (m.p + v_out * m.c) * m.x > v_room THEN
                v_out := greatest(0, (v_room / m.x - m.p) / m.c);
              END IF;
            END IF;
            v_amount := (m.p + v_out * m.c) * m.x;
            v_floor := (m.p + m.l * m.c) * m.x;
            IF v_out < m.l OR v_amount > v_room THEN
              v_state := CASE
                WHEN v_floor <= a_available THEN 'key_budget_exhausted'
                WHEN v_floor <= a_available + a_held THEN 'held_by_requests_in_flight'
                ELSE 'insufficient_credits' END;
            END IF;
          END IF;

          IF v_state IS NULL THEN
            v_state := 'held'; v_rest := v_amount; v_draw_grants := ''; v_draw_amounts := '';
            FOR j IN 1 .. coalesce(cardinality(a_grants), 0) LOOP
              EXIT WHEN v_rest = 0;
              CONTINUE WHEN a_left[j] = 0;
              v_take := least(v_rest, a_left[j]);
              v_rest := v_rest - v_take; a_left[j] := a_left[j] - v_take;
              d_grant := d_grant || a_grants[j]; d_amount := d_amount || v_take;
              v_draw_grants := v_draw_grants || CASE WHEN v_draw_grants = '' THEN '' ELSE ',' END || a_grants[j];
              v_draw_amounts := v_draw_amounts || CASE WHEN v_draw_amounts = '' THEN '' ELSE ',' END || v_take;
            END LOOP;
            a_available := a_available - v_amount; a_held := a_held + v_amount;
            a_flight := a_flight + 1; a_requests := a_requests + 1; a_admitted := a_admitted + 1;
            IF v_at IS NOT NULL THEN b_used[v_at] := b_used[v_at] + v_amount; END IF;
            h_any := true; b_any := b_any OR v_period IS NOT NULL; h_out[m.place] := v_out; h_amount[m.place] := v_amount; h_period[m.place] := v_period;
            h_grants[m.place] := '{' || v_draw_grants || '}'; h_amounts[m.place] := '{' || v_draw_amounts || '}';
          END IF;
          answers := answers || json_build_object('i', m.i, 's', v_state, 'o', v_out, 'h', v_amount, 'av', a_available::text,
            'hd', a_held::text, 'wr', a_requests, 'ra', v_now_ms,
            'ft', CASE WHEN m.x > 0 AND m.c > 0 THEN greatest(0, (v_room / m.x - m.p) / m.c) ELSE 0 END);
        END LOOP;

        IF a_admitted > 0 THEN
          c_account := c_account || a_id; c_admitted := c_admitted || a_admitted; c_requests := c_requests || a_requests;
        END IF;
        IF h_any THEN
          INSERT INTO holds (request_id, account_id, key_id, model, multiplier_milli, prompt_tokens, wanted_tokens,
            granted_tokens, amount, draw_grants, draw_amounts, budget_limit, budget_period, process_id, reserved_at, expires_at)
          SELECT t.r, t.a, t.k, t.m, t.x, t.p, t.w * t.c, t.o, t.h, t.dg::uuid[], t.da::bigint[], t.b, t.bp, p_process,
            v_now, now() + make_interval(secs => p_ttl_seconds)
          FROM unnest(asked, h_out, h_amount, h_grants, h_amounts, h_period)
            AS t(i, r, a, k, m, x, vu, p, w, l, q, c, s, rpm, fl, b, br, o, h, dg, da, bp)
          WHERE t.h IS NOT NULL;
          UPDATE credit_grants g SET available = g.available - d.amount, held = g.held + d.amount
          FROM (SELECT id, sum(amount)::bigint AS amount FROM unnest(d_grant, d_amount) AS u(id, amount) GROUP BY id) d
          WHERE g.id = d.id;
          UPDATE credit_accounts a SET in_flight = a.in_flight + c.admitted, window_requests = c.requests,
            window_minute = greatest(a.window_minute, v_minute)
          FROM unnest(c_account, c_admitted, c_requests) AS c(id, admitted, requests) WHERE a.account_id = c.id;
        END IF;
        IF b_any THEN
          INSERT INTO key_spending (key_id, period, held)
          SELECT t.k, t.bp, sum(t.h)
          FROM unnest(asked, h_amount, h_period) AS t(i, r, a, k, m, x, vu, p, w, l, q, c, s, rpm, fl, b, br, h, bp)
          WHERE t.bp IS NOT NULL AND t.h IS NOT NULL GROUP BY t.k, t.bp
          ON CONFLICT (key_id, period) DO UPDATE SET held = key_spending.held + excluded.held;
        END IF;
        RETURN array_to_json(answers);
      END $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TYPE billing_reserve_member CASCADE;');
  }
}
