import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Months of usage are made and dropped as the owner of the tables, whoever asks: the application's own role may own
 * nothing. Only these two things, and no month before its twelve are over.
 */
export class BillingPartitionsByOwner20261201100000 implements MigrationInterface {
  name = 'BillingPartitionsByOwner20261201100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER FUNCTION billing_make_usage_partitions(timestamptz, int) SECURITY DEFINER SET search_path = public, pg_temp;

      -- It needs the whole of usage_records for an instant. Whoever waits for that makes every settlement wait behind him, so
      -- that behind a long read (a proof) it is given up. The month stands in the partition's name, so that names sort as their months do.
      CREATE FUNCTION billing_drop_usage_partition(p_name text) RETURNS void LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '200ms'
      AS $$
      BEGIN
        -- Another process was first.
        IF to_regclass(quote_ident(p_name)) IS NULL THEN RETURN; END IF;
        IF NOT EXISTS (
          SELECT 1 FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
          WHERE i.inhparent = 'usage_records'::regclass AND c.relname = p_name
        ) OR p_name >= 'usage_records_' || to_char(app_now() AT TIME ZONE 'UTC' - interval '12 months', 'YYYY_MM') THEN
          RAISE EXCEPTION '% is no month of usage that may go', p_name USING ERRCODE = 'invalid_parameter_value';
        END IF;
        EXECUTE format('DROP TABLE IF EXISTS %I', p_name);
      END $$;

      REVOKE EXECUTE ON FUNCTION billing_make_usage_partitions(timestamptz, int), billing_drop_usage_partition(text) FROM PUBLIC;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION billing_drop_usage_partition(text);
      ALTER FUNCTION billing_make_usage_partitions(timestamptz, int) SECURITY INVOKER RESET search_path;
      GRANT EXECUTE ON FUNCTION billing_make_usage_partitions(timestamptz, int) TO PUBLIC;
    `);
  }
}
