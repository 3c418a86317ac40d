import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * When a balance becomes low, and when it no longer is. The side last seen stands in the account's row, so that under
 * its lock a change of side is seen exactly once. A side is left at 1.1 times the threshold, so that a balance which
 * trembles there tells once.
 */
export class BillingLowBalance20261125121000 implements MigrationInterface {
  name = 'BillingLowBalance20261125121000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE credit_accounts
        ADD COLUMN low_balance_threshold bigint DEFAULT 100000 CHECK (low_balance_threshold > 0),
        ADD COLUMN low_balance_side text NOT NULL DEFAULT 'above' CHECK (low_balance_side IN ('above', 'below')),
        ADD COLUMN last_settled_at timestamptz;
      COMMENT ON COLUMN credit_accounts.low_balance_threshold IS 'millicredits; null: nobody wants to know';
      CREATE INDEX credit_accounts_due ON credit_accounts (next_grant_change_at) WHERE next_grant_change_at IS NOT NULL;

      CREATE TABLE low_balance_crossings (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        account_id uuid NOT NULL REFERENCES credit_accounts,
        side text NOT NULL CHECK (side IN ('above', 'below')),
        balance bigint NOT NULL,
        threshold bigint NOT NULL,
        crossed_at timestamptz NOT NULL,
        handed_over_at timestamptz
      );
      COMMENT ON COLUMN low_balance_crossings.side IS 'the side the balance came to';
      CREATE INDEX low_balance_crossings_account ON low_balance_crossings (account_id, id);
      CREATE INDEX low_balance_crossings_open ON low_balance_crossings (id) WHERE handed_over_at IS NULL;

      CREATE FUNCTION billing_crosses(p_balance bigint, p_threshold bigint, p_side text) RETURNS boolean
      LANGUAGE sql IMMUTABLE AS $$
        SELECT CASE p_side WHEN 'above' THEN p_balance < p_threshold ELSE p_balance * 10 >= p_threshold * 11 END
      $$;

      -- Writes a crossing if the balance has crossed. The caller holds the account's lock and has written its grants.
      CREATE FUNCTION billing_watch_balance(p_account uuid, p_now timestamptz) RETURNS void LANGUAGE sql VOLATILE AS $$
        WITH crossed AS (
          UPDATE credit_accounts a SET low_balance_side = CASE low_balance_side WHEN 'above' THEN 'below' ELSE 'above' END
          FROM (SELECT billing_balance(p_account) AS balance) b
          WHERE account_id = p_account AND billing_crosses(b.balance, a.low_balance_threshold, a.low_balance_side)
          RETURNING a.low_balance_side AS side, b.balance, a.low_balance_threshold AS threshold
        )
        INSERT INTO low_balance_crossings (account_id, side, balance, threshold, crossed_at)
        SELECT p_account, side, balance, threshold, p_now FROM crossed
      $$;

      -- What has fallen due by p_now, oldest first. The caller holds the account's lock, and watches the balance after
      -- whatever else it does.
      CREATE FUNCTION billing_bring_due(p_account uuid, p_now timestamptz) RETURNS void
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

      CREATE OR REPLACE FUNCTION billing_apply_due(p_account uuid, p_now timestamptz) RETURNS void
      LANGUAGE plpgsql VOLATILE AS $$
      BEGIN
        PERFORM billing_bring_due(p_account, p_now);
        PERFORM billing_watch_balance(p_account, p_now);
      END $$;

      CREATE OR REPLACE FUNCTION billing_grant(p_id uuid, p_account uuid, p_source text, p_reference text, p_priority int,
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
        PERFORM billing_bring_due(p_account, v_now);
        INSERT INTO credit_grants (id, account_id, source, external_reference, priority, paid, effective_at, expires_at,
          amount, available, booked, created_at)
        VALUES (p_id, p_account, p_source, p_reference, p_priority, p_paid, v_effective, p_expires_at, p_amount, 0,
          false, v_now)
        ON CONFLICT (source, external_reference) DO NOTHING;
        IF NOT FOUND THEN
          PERFORM billing_watch_balance(p_account, v_now);
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
        PERFORM billing_watch_balance(p_account, v_now);
        RETURN QUERY SELECT p_id, 'granted';
      END $$;

      CREATE OR REPLACE FUNCTION billing_clawback(p_account uuid, p_grant uuid, p_reference_kind text, p_reference text, p_amount bigint)
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
        PERFORM billing_bring_due(p_account, v_now);
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
        PERFORM billing_watch_balance(p_account, v_now);
        RETURN QUERY SELECT p_amount - v_left, v_left, 'taken';
      END $$;

      -- Accounts that were low before anybody looked.
      SELECT billing_watch_balance(account_id, app_now()) FROM credit_accounts
      WHERE account_id IN (SELECT account_id FROM ledger_entries);
      UPDATE credit_accounts a SET last_settled_at = (SELECT max(settled_at) FROM usage_records u WHERE u.account_id = a.account_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION billing_bring_due, billing_watch_balance, billing_crosses;
      DROP TABLE low_balance_crossings;
      ALTER TABLE credit_accounts DROP COLUMN low_balance_threshold, DROP COLUMN low_balance_side, DROP COLUMN last_settled_at;
    `);
  }
}
