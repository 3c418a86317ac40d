import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A settlement's members are read out of their JSON once, as a reserve's are; all else is as it was. */
export class BillingSettleReadOnce20261201090200 implements MigrationInterface {
  name = 'BillingSettleReadOnce20261201090200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE FUNCTION billing_settle(p_members json, p_accounts uuid[]) RETURNS json LANGUAGE plpgsql VOLATILE
        SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
      AS $$
      DECLARE
        v_now timestamptz;
        v_due uuid;
        m record;
        a_id uuid;
        a_grants uuid[];
        a_left bigint[];
        a_gone boolean[];
        a_available bigint;
        a_balance bigint;
        a_debt bigint;
        a_paid bigint;
        a_ended int;
        a_written int;
        a_threshold bigint;
        a_side text;
        b_keys text[];
        b_used bigint[];
        -- The member at hand.
        v_charge bigint;
        v_rest bigint;
        v_take bigint;
        v_back bigint;
        v_room bigint;
        v_at int;
        v_budget int;
        v_late boolean;
        v_state text;
        f_charge bigint;
        f_short bigint;
        f_outcome text;
        f_balance bigint;
        f_differs boolean;
        c_grants uuid[];
        c_takes bigint[];
        -- What is to be written.
        ending billing_settle_member[] := ARRAY(SELECT one FROM json_populate_recordset(NULL::billing_settle_member, p_members) AS one);
        w_any boolean := false;
        w_charge bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(ending)]);
        w_short bigint[] := w_charge; w_balance bigint[] := w_charge;
        w_state text[] := array_fill(NULL::text, ARRAY[cardinality(ending)]);
        w_late boolean[] := array_fill(false, ARRAY[cardinality(ending)]);
        g_id uuid[] := '{}'; g_available bigint[] := '{}'; g_held bigint[] := '{}';
        e_account uuid[] := '{}'; e_kind text[] := '{}'; e_grant uuid[] := '{}'; e_amount bigint[] := '{}';
        e_request text[] := '{}'; e_balance bigint[] := '{}'; e_multiplier bigint[] := '{}';
        a_account uuid[] := '{}'; a_count int[] := '{}'; a_debts bigint[] := '{}';
        x_account uuid[] := '{}';
        seen uuid[] := '{}';
        answers json[] := '{}';
      BEGIN
        PERFORM 1 FROM credit_accounts WHERE account_id = ANY (p_accounts) ORDER BY account_id FOR NO KEY UPDATE;
        v_now := billing_now();
        FOR v_due IN SELECT account_id FROM credit_accounts WHERE account_id = ANY (p_accounts) AND next_grant_change_at <= v_now
        LOOP
          PERFORM billing_bring_due(v_due, v_now);
        END LOOP;

        FOR m IN
          WITH g AS (
            SELECT account_id, array_agg(id ORDER BY priority, expires_at NULLS LAST, paid, created_at, id) AS grants,
              array_agg(available ORDER BY priority, expires_at NULLS LAST, paid, created_at, id) AS lefts,
              array_agg(coalesce(expires_at <= v_now, false) ORDER BY priority, expires_at NULLS LAST, paid, created_at, id) AS gone,
              sum(available)::bigint AS available, sum(available + held)::bigint AS balance
            FROM credit_grants WHERE account_id = ANY (p_accounts) AND live GROUP BY account_id
          )
          SELECT t.*, h.account_id, h.key_id, h.multiplier_milli AS x, h.amount, h.draw_grants, h.draw_amounts, h.budget_limit,
            h.budget_period, h.state, h.reserved_at, ca.debt, ca.low_balance_threshold AS threshold, ca.low_balance_side AS side,
            g.grants, g.lefts, g.gone, coalesce(g.available, 0) AS available, coalesce(g.balance, 0) AS balance, ks.spent + ks.held AS used
          FROM unnest(ending) WITH ORDINALITY AS t(i, r, a, e, p, c, us, oc, fg, st, at, place)
          LEFT JOIN holds h ON h.request_id = t.r AND h.account_id = t.a
          LEFT JOIN credit_accounts ca ON ca.account_id = t.a
          LEFT JOIN g ON g.account_id = t.a
          LEFT JOIN key_spending ks ON ks.key_id = h.key_id AND ks.period = h.budget_period
          ORDER BY t.a, place
        LOOP
          IF a_id IS DISTINCT FROM m.a THEN
            IF a_written > 0 THEN
              a_account := a_account || a_id; a_count := a_count || a_ended; a_debts := a_debts || a_paid;
            END IF;
            IF billing_crosses(a_balance, a_threshold, a_side) THEN x_account := x_account || a_id; END IF;
            a_id := m.a; a_grants := m.grants; a_left := m.lefts; a_gone := m.gone; a_available := m.available;
            a_balance := m.balance; a_debt := m.debt; a_paid := 0; a_ended := 0; a_written := 0;
            a_threshold := m.threshold; a_side := m.side; b_keys := '{}'; b_used := '{}';
          END IF;

          v_late := false;
          IF m.account_id IS NULL THEN
            answers := answers || json_build_object('i', m.i, 's', 'unknown_hold');
            CONTINUE;
          ELSIF m.r = ANY (seen) THEN
            -- The same request twice in one batch: the caller asks again for the second.
            answers := answers || json_build_object('i', m.i, 's', 'again');
            CONTINUE;
          ELSIF m.state <> 'open' THEN
            SELECT charge, shortfall, outcome, balance_after,
              (prompt_tokens, completion_tokens) IS DISTINCT FROM (m.p::bigint, m.c::bigint)
            INTO f_charge, f_short, f_outcome, f_balance, f_differs FROM usage_records
            WHERE account_id = m.account_id AND request_id = m.r AND reserved_at = m.reserved_at;
            v_late := m.state = 'expired' AND m.e = 'settle' AND f_outcome IS NOT DISTINCT FROM 'expired';
            IF NOT v_late THEN
              answers := answers || json_build_object('i', m.i, 's', CASE
                WHEN m.e = 'settle' AND m.state <> 'settled' THEN 'exists_' || m.state
                WHEN m.e = 'settle' AND f_differs THEN 'exists_with_different_amount' ELSE m.state END,
                'ch', f_charge, 'sf', f_short, 'h', m.amount, 'av', a_available::text, 'bl', f_balance::text);
              CONTINUE;
            END IF;
          END IF;
          seen := seen || m.r;

          v_charge := CASE WHEN m.e = 'settle' THEN (m.p + m.c) * m.x ELSE 0 END;
          v_rest := v_charge; c_grants := '{}'; c_takes := '{}';
          v_state := CASE m.e WHEN 'settle' THEN 'settled' WHEN 'release' THEN 'released' ELSE 'expired' END;
          v_room := NULL;
          IF m.budget_period IS NOT NULL THEN
            v_budget := array_position(b_keys, m.key_id || m.budget_period);
            IF v_budget IS NULL THEN
              b_keys := b_keys || (m.key_id || m.budget_period); b_used := b_used || m.used;
              v_budget := cardinality(b_keys);
            END IF;
          END IF;

          IF NOT v_late THEN
            FOR j IN 1 .. cardinality(m.draw_grants) LOOP
              v_take := least(v_rest, m.draw_amounts[j]); v_rest := v_rest - v_take; v_back := m.draw_amounts[j] - v_take;
              v_at := array_position(a_grants, m.draw_grants[j]);
              IF v_take > 0 THEN c_grants := c_grants || m.draw_grants[j]; c_takes := c_takes || v_take; END IF;
              g_id := g_id || m.draw_grants[j]; g_held := g_held || -m.draw_amounts[j];
              IF v_back > 0 AND a_gone[v_at] THEN
                a_balance := a_balance - v_back;
                e_account := e_account || a_id; e_kind := e_kind || 'expire'::text; e_grant := e_grant || m.draw_grants[j];
                e_amount := e_amount || v_back; e_request := e_request || m.r::text; e_balance := e_balance || a_balance;
                e_multiplier := e_multiplier || NULL::bigint;
                v_back := 0;
              ELSIF v_back > 0 AND a_debt > 0 THEN
                -- What a hold returns pays a debt first.
                v_take := least(a_debt, v_back);
                a_balance := a_balance - v_take; a_debt := a_debt - v_take; a_paid := a_paid + v_take; v_back := v_back - v_take;
                e_account := e_account || a_id; e_kind := e_kind || 'debt_payment'::text; e_grant := e_grant || m.draw_grants[j];
                e_amount := e_amount || v_take; e_request := e_request || m.r::text; e_balance := e_balance || a_balance;
                e_multiplier := e_multiplier || NULL::bigint;
              END IF;
              g_available := g_available || v_back;
              a_left[v_at] := a_left[v_at] + v_back; a_available := a_available + v_back;
            END LOOP;
            a_ended := a_ended + 1;
            IF m.budget_period IS NOT NULL THEN b_used[v_budget] := b_used[v_budget] - m.amount; END IF;
          END IF;

          -- More was used than held: from what is available and the budget has left, never below zero.
          IF v_rest > 0 THEN
            v_room := CASE WHEN m.budget_period IS NULL THEN v_rest
              ELSE greatest(0, m.budget_limit - b_used[v_budget] - (v_charge - v_rest)) END;
            FOR j IN 1 .. coalesce(cardinality(a_grants), 0) LOOP
              EXIT WHEN v_rest = 0 OR v_room = 0;
              CONTINUE WHEN a_left[j] = 0 OR a_gone[j];
              v_take := least(v_rest, v_room, a_left[j]);
              v_rest := v_rest - v_take; v_room := v_room - v_take;
              a_left[j] := a_left[j] - v_take; a_available := a_available - v_take;
              g_id := g_id || a_grants[j]; g_available := g_available || -v_take; g_held := g_held || 0::bigint;
              v_at := array_position(c_grants, a_grants[j]);
              IF v_at IS NULL THEN c_grants := c_grants || a_grants[j]; c_takes := c_takes || v_take;
              ELSE c_takes[v_at] := c_takes[v_at] + v_take; END IF;
            END LOOP;
          END IF;
          IF m.budget_period IS NOT NULL THEN b_used[v_budget] := b_used[v_budget] + v_charge - v_rest; END IF;
          FOR j IN 1 .. cardinality(c_grants) LOOP
            a_balance := a_balance - c_takes[j];
            e_account := e_account || a_id; e_kind := e_kind || 'charge'::text; e_grant := e_grant || c_grants[j];
            e_amount := e_amount || c_takes[j]; e_request := e_request || m.r::text; e_balance := e_balance || a_balance;
            e_multiplier := e_multiplier || m.x;
          END LOOP;
          w_any := true; a_written := a_written + 1; w_charge[m.place] := v_charge - v_rest; w_short[m.place] := v_rest;
          w_balance[m.place] := a_balance; w_state[m.place] := v_state; w_late[m.place] := v_late;
          answers := answers || json_build_object('i', m.i, 's', v_state, 'ch', v_charge - v_rest, 'sf', v_rest,
            'h', m.amount, 'av', a_available::text, 'bl', a_balance::text);
        END LOOP;

        IF a_written > 0 THEN
          a_account := a_account || a_id; a_count := a_count || a_ended; a_debts := a_debts || a_paid;
        END IF;
        IF billing_crosses(a_balance, a_threshold, a_side) THEN x_account := x_account || a_id; END IF;
        IF w_any THEN
          PERFORM billing_write_settlements(ending, v_now, w_charge, w_short, w_balance, w_state, w_late);
          INSERT INTO ledger_entries (account_id, kind, grant_id, amount, multiplier_milli, reference_kind, reference,
            balance_after, created_at)
          SELECT account, kind, grant_id, amount, multiplier, 'request', request, balance, v_now
          FROM unnest(e_account, e_kind, e_grant, e_amount, e_multiplier, e_request, e_balance) WITH ORDINALITY
            AS e(account, kind, grant_id, amount, multiplier, request, balance, n) ORDER BY n;
          UPDATE credit_grants g SET available = g.available + d.available, held = g.held + d.held,
            live = g.available + d.available + g.held + d.held > 0
          FROM (SELECT id, sum(av)::bigint AS available, sum(hd)::bigint AS held
            FROM unnest(g_id, g_available, g_held) AS u(id, av, hd) GROUP BY id) d
          WHERE g.id = d.id;
          UPDATE credit_accounts a SET in_flight = a.in_flight - c.ended, debt = a.debt - c.paid, last_settled_at = v_now
          FROM unnest(a_account, a_count, a_debts) AS c(id, ended, paid) WHERE a.account_id = c.id;
        END IF;
        FOREACH v_due IN ARRAY x_account LOOP
          PERFORM billing_watch_balance(v_due, v_now);
        END LOOP;
        RETURN array_to_json(answers);
      END $$;

      DROP FUNCTION billing_write_settlements(json, timestamptz, bigint[], bigint[], bigint[], text[], boolean[]);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION billing_settle;');
  }
}
