import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An account never has more credits than JSON can carry to the millicredit: from 2^43 credits on, doubles cannot. */
export class BillingMostCredits20261125150300 implements MigrationInterface {
  name = 'BillingMostCredits20261125150300';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Grants are made under the account's lock, so the sum is true until the insert is done.
      CREATE FUNCTION credit_grants_within_most() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.amount + (
          SELECT coalesce(sum(CASE WHEN booked THEN available + held ELSE amount END), 0)
          FROM credit_grants WHERE account_id = NEW.account_id AND live
        ) > 8000000000000000
          -- A grant that is there already is no other one: its insert finds that out by itself.
          AND NOT EXISTS (SELECT 1 FROM credit_grants
            WHERE source = NEW.source AND external_reference = NEW.external_reference) THEN
          RAISE EXCEPTION 'an account has at most 8,000,000,000,000 credits'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'credit_grants_most';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER credit_grants_most BEFORE INSERT ON credit_grants
        FOR EACH ROW EXECUTE FUNCTION credit_grants_within_most();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER credit_grants_most ON credit_grants;
      DROP FUNCTION credit_grants_within_most;
    `);
  }
}
