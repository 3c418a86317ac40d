import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What changes grants outside a request: what time brings (effect, expiry), new credits, clawbacks, restores.
 * Every function locks the account's row first and leaves entries that explain each change of balance.
 */
export class BillingGrants20261122094100 implements MigrationInterface {
  name = 'BillingGrants20261122094100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Asked after the account's lock is taken, so that an account's times follow the order of its decisions:
      -- now() is when the transaction began, which may be a minute, a grant or an expiry before its turn came.
      CREATE FUNCTION billing_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
        SELECT app_now() + (clock_timestamp() - now())
      $$;

      CREATE FUNCTION billing_balance(p_account uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
        SELECT coalesce(sum(available + held), 0)::bigint FROM credit_grants WHERE account_id = p_account AND live
      $$;

      CREATE FUNCTION billing_plan_next_change(p_account uuid, p_now timestamptz) RETURNS void
      LANGUAGE sql VOLATILE AS $$
        UPDATE credit_accounts SET next_grant_change_at = (
          SELECT min(CASE WHEN booked THEN expires_at ELSE effective_at END) FROM credit_grants
          WHERE account_id = p_account AND live AND (NOT booked OR expires_at > p_now)
        ) WHERE account_id = p_account
      $$;

      -- Brings one grant into force: its entry, and out of it whatever the account owes.
      CREATE FUNCTION billing_book(p_grant uuid, p_now timestamptz) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
      DECLARE
        g credit_grants%ROWTYPE;
        v_debt bigint;
        v_paid bigint;
        v_balance bigint;
      BEGIN
        SELECT * INTO g FROM credit_grants WHERE id = p_grant;
        SELECT debt INTO v_debt FROM credit_accounts WHERE account_id = g.account_id;
        v_balance := billing_balance(g.account_id) + g.amount;
        INSERT INTO ledger_entries (account_id, kind, grant_id, amount, reference_kind, reference, balance_after, created_at)
        VALUES (g.account_id, 'grant', g.id, g.amount, 'grant', g.id::text, v_balance, p_now);
        v_paid := least(v_debt, g.amount);
        IF v_paid > 0 THEN
          INSERT INTO ledger_entries (account_id, kind, grant_id, amount, reference_kind, reference, balance_after, created_at)
          VALUES (g.account_id, 'debt_payment', g.id, v_paid, 'grant', g.id::text, v_balance - v_paid, p_now);
          UPDATE credit_accounts SET debt = debt - v_paid WHERE account_id = g.account_id;
        END IF;
        UPDATE credit_grants SET booked = true, available = amount - v_paid, live = amount > v_paid WHERE id = g.id;
      END $$;

      -- What has fallen due by p_now, oldest first. The caller holds the account's lock.
      CREATE FUNCTION billing_apply_due(p_account uuid, p_now timestamptz) RETURNS void
      LANGUAGE plpgsql VOLATILE AS $$
      DECLARE
        g record;
      BEGIN
        FOR g IN
          SELECT id, 'effect' AS what, effective_at AS due FROM credit_grants
          WHERE account_id = p_account AND live AND NOT booked AND effective_at <= p_now
          UNION ALL
          SELECT id, 'expiry', expires_at FROM credit_grants
          WHERE account_id = p_account AND live AND expires_at <= p_now
          ORDER BY due, what
        LOOP
          IF g.what = 'effect' THEN
            PERFORM billing_book(g.id, p_now);
          ELSE
            -- What is on hold stays: it may still be settled from this grant, and expires when it comes back.
            INSERT INTO ledger_entries (account_id, kind, grant_id, amount, reference_kind, reference, balance_after, created_at)
            SELECT account_id, 'expire', id, available, 'grant', id::text, billing_balance(account_id) - available, p_now
            FROM credit_grants WHERE id = g.id AND available > 0;
            UPDATE credit_grants SET available = 0, live = held > 0 WHERE id = g.id;
          END IF;
        END LOOP;
        PERFORM billing_plan_next_change(p_account, p_now);
      END $$;

      -- New credits. A replay answers with the first grant; another amount is refused and changes nothing.
      CREATE FUNCTION billing_grant(p_id uuid, p_account uuid, p_source text, p_reference text, p_priority int,
        p_paid boolean, p_amount bigint, p_effective_at timestamptz, p_expires_at timestamptz)
      RETURNS TABLE (grant_id uuid, state text) LANGUAGE plpgsql VOLATILE AS $$
      DECLARE
        v_now timestamptz;
        v_effective timestamptz;
        v_first credit_grants%ROWTYPE;
      BEGIN
        PERFORM 1 FROM credit_accounts WHERE account_id = p_account FOR NO KEY UPDATE;
        IF NOT FOUND THEN
          RETURN QUERY SELECT p_id, 'unknown_account';
          RETURN;
        END IF;
        v_now := billing_now();
        v_effective := coalesce(p_effective_at, v_now);
        PERFORM billing_apply_due(p_account, v_now);
        INSERT INTO credit_grants (id, account_id, source, external_reference, priority, paid, effective_at, expires_at,
          amount, available, booked, created_at)
        VALUES (p_id, p_account, p_source, p_reference, p_priority, p_paid, v_effective, p_expires_at, p_amount, 0,
          false, v_now)
        ON CONFLICT (source, external_reference) DO NOTHING;
        IF NOT FOUND THEN
          SELECT * INTO v_first FROM credit_grants WHERE source = p_source AND external_reference = p_reference;
          RETURN QUERY SELECT v_first.id, CASE
            WHEN v_first.amount = p_amount AND v_first.account_id = p_account THEN 'exists'
            ELSE 'exists_with_different_amount' END;
          RETURN;
        END IF;
        IF v_effective <= v_now THEN
          PERFORM billing_book(p_id, v_now);
        END IF;
        PERFORM billing_plan_next_change(p_account, v_now);
        RETURN QUERY SELECT p_id, 'granted';
      END $$;

      -- Takes back credits: first what p_grant has left, then in burn order; what is not there becomes debt.
      CREATE FUNCTION billing_clawback(p_account uuid, p_grant uuid, p_reference_kind text, p_reference text, p_amount bigint)
      RETURNS TABLE (taken bigint, owed bigint, state text) LANGUAGE plpgsql VOLATILE AS $$
      DECLARE
        v_now timestamptz;
        v_left bigint := p_amount;
        v_take bigint;
        v_balance bigint;
        v_before bigint;
        v_ours boolean;
        g record;
      BEGIN
        PERFORM 1 FROM credit_accounts WHERE account_id = p_account FOR NO KEY UPDATE;
        IF NOT FOUND THEN
          RETURN QUERY SELECT 0::bigint, 0::bigint, 'unknown_account';
          RETURN;
        END IF;
        v_now := billing_now();
        -- A reference is spent once, in whichever account: the same one for another account is a mistake to refuse.
        SELECT sum(amount) FILTER (WHERE kind = 'clawback'), sum(amount), bool_and(account_id = p_account)
        INTO v_take, v_before, v_ours
        FROM ledger_entries WHERE reference = p_reference AND kind IN ('clawback', 'debt');
        IF v_before IS NOT NULL THEN
          RETURN QUERY SELECT coalesce(v_take, 0), v_before - coalesce(v_take, 0),
            CASE WHEN v_ours AND v_before = p_amount THEN 'exists' ELSE 'exists_with_different_amount' END;
          RETURN;
        END IF;
        PERFORM billing_apply_due(p_account, v_now);
        v_balance := billing_balance(p_account);
        FOR g IN
          SELECT id, available FROM credit_grants WHERE account_id = p_account AND live AND available > 0
          ORDER BY id IS DISTINCT FROM p_grant, priority, expires_at NULLS LAST, paid, created_at, id
        LOOP
          EXIT WHEN v_left = 0;
          v_take := least(v_left, g.available);
          v_left := v_left - v_take;
          v_balance := v_balance - v_take;
          INSERT INTO ledger_entries (account_id, kind, grant_id, amount, reference_kind, reference, balance_after, created_at)
          VALUES (p_account, 'clawback', g.id, v_take, p_reference_kind, p_reference, v_balance, v_now);
          UPDATE credit_grants SET available = available - v_take, live = available - v_take + held > 0 WHERE id = g.id;
        END LOOP;
        IF v_left > 0 THEN
          INSERT INTO ledger_entries (account_id, kind, grant_id, amount, reference_kind, reference, balance_after, created_at)
          VALUES (p_account, 'debt', NULL, v_left, p_reference_kind, p_reference, v_balance, v_now);
          UPDATE credit_accounts SET debt = debt + v_left WHERE account_id = p_account;
        END IF;
        RETURN QUERY SELECT p_amount - v_left, v_left, 'taken';
      END $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION billing_clawback, billing_grant, billing_apply_due, billing_book, billing_plan_next_change, billing_balance, billing_now;
    `);
  }
}
