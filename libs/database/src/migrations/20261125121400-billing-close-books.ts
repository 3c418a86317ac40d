import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Closing an account's books: what is left expires, what was to come does not, what is owed stays owed. */
export class BillingCloseBooks20261125121400 implements MigrationInterface {
  name = 'BillingCloseBooks20261125121400';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Answers 'closed', 'holds_open' (and nothing is changed), or 'unknown_account'. Twice is once.
      CREATE FUNCTION billing_close(p_account uuid) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
      DECLARE
        v_now timestamptz;
        v_balance bigint;
        g record;
      BEGIN
        PERFORM 1 FROM credit_accounts WHERE account_id = p_account FOR NO KEY UPDATE;
        IF NOT FOUND THEN
          RETURN 'unknown_account';
        END IF;
        -- A statement of its own, after the lock: a hold that was taken while we waited is seen.
        IF EXISTS (SELECT 1 FROM holds WHERE account_id = p_account AND state = 'open') THEN
          RETURN 'holds_open';
        END IF;
        v_now := billing_now();
        PERFORM billing_bring_due(p_account, v_now);
        v_balance := billing_balance(p_account);
        FOR g IN SELECT id, available FROM credit_grants WHERE account_id = p_account AND live AND booked AND available > 0
          ORDER BY priority, expires_at NULLS LAST, paid, created_at, id
        LOOP
          v_balance := v_balance - g.available;
          INSERT INTO ledger_entries (account_id, kind, grant_id, amount, reference_kind, reference, balance_after, created_at)
          VALUES (p_account, 'expire', g.id, g.available, 'grant', g.id::text, v_balance, v_now);
        END LOOP;
        UPDATE credit_grants SET available = 0, live = false, expires_at = CASE WHEN booked THEN v_now ELSE expires_at END
        WHERE account_id = p_account AND live;
        -- Nobody is left to be told that the balance is low.
        UPDATE credit_accounts SET next_grant_change_at = NULL, low_balance_threshold = NULL WHERE account_id = p_account;
        RETURN 'closed';
      END $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION billing_close;');
  }
}
