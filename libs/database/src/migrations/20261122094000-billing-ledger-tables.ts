import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Amounts are integer millicredits, multipliers integer thousandths of a credit a token (design: the ledger). */
export class BillingLedgerTables20261122094000 implements MigrationInterface {
  name = 'BillingLedgerTables20261122094000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE plans (
        id text PRIMARY KEY,
        name text NOT NULL,
        position int NOT NULL,
        price_cents int CHECK (price_cents >= 0),
        credits bigint NOT NULL CHECK (credits >= 0),
        period text NOT NULL CHECK (period IN ('once', 'month', 'agreement')),
        requests_per_minute int CHECK (requests_per_minute > 0),
        in_flight_limit int CHECK (in_flight_limit > 0),
        key_limit int CHECK (key_limit > 0)
      );
      COMMENT ON COLUMN plans.credits IS 'millicredits';

      -- One row an account; whoever touches the account's money locks it first.
      CREATE TABLE credit_accounts (
        account_id uuid PRIMARY KEY,
        plan_id text NOT NULL REFERENCES plans,
        debt bigint NOT NULL DEFAULT 0 CHECK (debt >= 0),
        window_minute timestamptz NOT NULL DEFAULT '-infinity',
        window_requests int NOT NULL DEFAULT 0 CHECK (window_requests >= 0),
        in_flight int NOT NULL DEFAULT 0 CHECK (in_flight >= 0),
        next_grant_change_at timestamptz
      ) WITH (fillfactor = 50);

      CREATE TABLE credit_grants (
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL REFERENCES credit_accounts,
        source text NOT NULL CHECK (source IN ('welcome', 'plan', 'pack', 'promo', 'operator')),
        external_reference text NOT NULL,
        priority smallint NOT NULL,
        paid boolean NOT NULL,
        effective_at timestamptz NOT NULL,
        expires_at timestamptz CHECK (expires_at > effective_at),
        amount bigint NOT NULL CHECK (amount > 0),
        available bigint NOT NULL CHECK (available >= 0),
        held bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
        -- False until the effective time has come and the entry is written; only then do its credits count.
        booked boolean NOT NULL,
        -- False when nothing is left: kept out of the index that every reserve reads.
        live boolean NOT NULL DEFAULT true CHECK (live OR (available = 0 AND held = 0)),
        created_at timestamptz NOT NULL,
        CONSTRAINT credit_grants_once UNIQUE (source, external_reference),
        CHECK (available + held <= amount),
        CHECK (booked OR (available = 0 AND held = 0))
      ) WITH (fillfactor = 50);
      CREATE INDEX credit_grants_live ON credit_grants (account_id) WHERE live;
      CREATE INDEX credit_grants_account ON credit_grants (account_id, created_at);

      -- Holds and entries name accounts and grants without REFERENCES: their writers hold the account's lock and have
      -- just read both, the proof looks for strays, and the checks cost a tenth of a request's database time.
      CREATE TABLE holds (
        request_id uuid PRIMARY KEY,
        account_id uuid NOT NULL,
        key_id uuid,
        model text NOT NULL,
        multiplier_milli bigint NOT NULL CHECK (multiplier_milli >= 0),
        prompt_tokens bigint NOT NULL CHECK (prompt_tokens >= 0),
        wanted_tokens bigint NOT NULL CHECK (wanted_tokens >= 0),
        granted_tokens bigint NOT NULL CHECK (granted_tokens >= 0),
        amount bigint NOT NULL CHECK (amount >= 0),
        draw_grants uuid[] NOT NULL,
        draw_amounts bigint[] NOT NULL,
        budget_limit bigint,
        budget_period text,
        process_id uuid NOT NULL,
        reserved_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'settled', 'released', 'expired')),
        ended_at timestamptz,
        CHECK (cardinality(draw_grants) = cardinality(draw_amounts)),
        CHECK ((state = 'open') = (ended_at IS NULL))
      ) WITH (fillfactor = 70);
      COMMENT ON COLUMN holds.expires_at IS 'by plain now(): a moved clock must not end live holds';
      CREATE INDEX holds_open ON holds (account_id) WHERE state = 'open';

      CREATE TABLE key_spending (
        key_id uuid NOT NULL,
        period text NOT NULL,
        spent bigint NOT NULL DEFAULT 0 CHECK (spent >= 0),
        held bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
        PRIMARY KEY (key_id, period)
      ) WITH (fillfactor = 50);
      COMMENT ON COLUMN key_spending.period IS 'UTC day 2026-11-22, month 2026-11, or life';

      CREATE TABLE ledger_entries (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        account_id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('grant', 'charge', 'expire', 'clawback', 'restore', 'debt', 'debt_payment')),
        grant_id uuid,
        amount bigint NOT NULL CHECK (amount > 0),
        multiplier_milli bigint,
        reference_kind text NOT NULL CHECK (reference_kind IN ('request', 'payment', 'operator', 'grant')),
        reference text NOT NULL,
        balance_after bigint NOT NULL CHECK (balance_after >= 0),
        created_at timestamptz NOT NULL,
        CHECK ((kind = 'debt') = (grant_id IS NULL)),
        CHECK ((kind = 'charge') = (multiplier_milli IS NOT NULL)),
        CONSTRAINT ledger_entries_once UNIQUE NULLS NOT DISTINCT (reference, kind, grant_id)
      );
      CREATE INDEX ledger_entries_account ON ledger_entries (account_id, id);

      CREATE FUNCTION ledger_entries_are_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'ledger entries are never updated or deleted' USING ERRCODE = 'restrict_violation';
      END $$;
      CREATE TRIGGER ledger_entries_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_are_immutable();
      -- Also where triggers are switched off for a session, as replication and restores do.
      ALTER TABLE ledger_entries ENABLE ALWAYS TRIGGER ledger_entries_immutable;

      CREATE TABLE usage_records (
        account_id uuid NOT NULL,
        request_id uuid NOT NULL,
        reserved_at timestamptz NOT NULL,
        settled_at timestamptz NOT NULL,
        key_id uuid,
        model text NOT NULL,
        streamed boolean NOT NULL,
        multiplier_milli bigint NOT NULL,
        prompt_tokens bigint NOT NULL CHECK (prompt_tokens >= 0),
        completion_tokens bigint NOT NULL CHECK (completion_tokens >= 0),
        usage_source text NOT NULL CHECK (usage_source IN ('reported', 'counted', 'none')),
        held bigint NOT NULL CHECK (held >= 0),
        charge bigint NOT NULL CHECK (charge >= 0),
        shortfall bigint NOT NULL CHECK (shortfall >= 0),
        outcome text NOT NULL CHECK (outcome IN ('completed', 'client_left', 'upstream_broke', 'timed_out',
          'no_answer', 'upstream_error', 'expired', 'settled_late')),
        flags text[] NOT NULL,
        attempts jsonb NOT NULL,
        balance_after bigint NOT NULL,
        budget_period text,
        CHECK (charge + shortfall = (prompt_tokens + completion_tokens) * multiplier_milli),
        CONSTRAINT usage_records_once UNIQUE (account_id, request_id, reserved_at)
      ) PARTITION BY RANGE (reserved_at);
      CREATE INDEX usage_records_list ON usage_records (account_id, settled_at, request_id);

      CREATE FUNCTION billing_make_usage_partitions(p_from timestamptz, p_months int) RETURNS int
      LANGUAGE plpgsql AS $$
      DECLARE
        v_month timestamp := date_trunc('month', p_from AT TIME ZONE 'UTC');
        v_name text;
        v_made int := 0;
      BEGIN
        FOR i IN 0..p_months LOOP
          v_name := 'usage_records_' || to_char(v_month, 'YYYY_MM');
          IF to_regclass(v_name) IS NULL THEN
            -- Attached, not made as a partition: that would lock out every settlement behind a long read of the parent.
            EXECUTE format('CREATE TABLE %I (LIKE usage_records INCLUDING ALL)', v_name);
            EXECUTE format('ALTER TABLE usage_records ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', v_name,
              v_month AT TIME ZONE 'UTC', (v_month + interval '1 month') AT TIME ZONE 'UTC');
            v_made := v_made + 1;
          END IF;
          v_month := v_month + interval '1 month';
        END LOOP;
        RETURN v_made;
      END $$;
      SELECT billing_make_usage_partitions(app_now() - interval '1 month', 4);

      -- A request without a key (playground) counts under the zero UUID, so that a rollup has one row for it.
      CREATE TABLE usage_rollups (
        account_id uuid NOT NULL,
        hour timestamptz NOT NULL,
        key_id uuid NOT NULL,
        model text NOT NULL,
        outcome text NOT NULL,
        requests bigint NOT NULL,
        prompt_tokens bigint NOT NULL,
        completion_tokens bigint NOT NULL,
        charge bigint NOT NULL,
        PRIMARY KEY (account_id, hour, key_id, model, outcome)
      ) WITH (fillfactor = 50);

      -- Beats by plain now(): a process silent for 30 s is dead, whatever the application's clock says.
      CREATE TABLE processes (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        started_at timestamptz NOT NULL DEFAULT now(),
        beat_at timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE ledger_proofs (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT now(),
        accounts bigint NOT NULL,
        grants bigint NOT NULL,
        entries bigint NOT NULL,
        holds bigint NOT NULL,
        differences jsonb NOT NULL
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE ledger_proofs, processes, usage_rollups, usage_records, ledger_entries, key_spending, holds,
        credit_grants, credit_accounts, plans;
      DROP FUNCTION ledger_entries_are_immutable();
      DROP FUNCTION billing_make_usage_partitions(timestamptz, int);
    `);
  }
}
