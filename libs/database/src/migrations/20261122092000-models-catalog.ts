import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The catalog and its prices. A multiplier is a line of history: never changed, and taken back only before it
 * counts. Raising a price anybody may be paying needs 14 days, and the ways round it are shut here: another tier,
 * the state `draft`, or taking back a lowering that was announced.
 */
export class ModelsCatalog20261122092000 implements MigrationInterface {
  name = 'ModelsCatalog20261122092000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(MULTIPLIER_RULES);
    await runner.query(MODEL_RULES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE catalog_seeds, multipliers, models, tiers;
      DROP FUNCTION models_guard(), multipliers_guard(), multipliers_keep(), multiplier_at(text, text, timestamptz);
    `);
  }
}

const TABLES = `
  CREATE TABLE tiers (
    id text CONSTRAINT tiers_pkey PRIMARY KEY,
    position int NOT NULL CONSTRAINT tiers_position_key UNIQUE
  );

  CREATE TABLE models (
    id text CONSTRAINT models_pkey PRIMARY KEY
      CONSTRAINT models_id_check CHECK (id ~ '^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}$'),
    name text NOT NULL,
    family text NOT NULL,
    vendor text NOT NULL,
    category text NOT NULL
      CONSTRAINT models_category_check
      CHECK (category IN ('chat', 'code', 'thinking', 'vision', 'tools', 'embedding')),
    capabilities text[] NOT NULL,
    parameters text,
    context_window int NOT NULL CONSTRAINT models_context_window_check CHECK (context_window > 0),
    max_output_tokens int CONSTRAINT models_max_output_tokens_check CHECK (max_output_tokens > 0),
    -- Null: by the rule of the ledger.
    default_output_tokens int CONSTRAINT models_default_output_tokens_check CHECK (default_output_tokens > 0),
    image_token_allowance int NOT NULL DEFAULT 2048
      CONSTRAINT models_image_token_allowance_check CHECK (image_token_allowance >= 0),
    embedding_dimensions int CONSTRAINT models_embedding_dimensions_check CHECK (embedding_dimensions > 0),
    tier text NOT NULL CONSTRAINT models_tier_fkey REFERENCES tiers,
    state text NOT NULL
      CONSTRAINT models_state_check CHECK (state IN ('draft', 'active', 'deprecated', 'retired')),
    disabled_reason text,
    license text,
    released text,
    description text,
    best_for text,
    suggested_replacement text,
    source text,
    created_at timestamptz NOT NULL DEFAULT app_now()
  );

  CREATE TABLE multipliers (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT multipliers_pkey PRIMARY KEY,
    tier text CONSTRAINT multipliers_tier_fkey REFERENCES tiers,
    model text CONSTRAINT multipliers_model_fkey REFERENCES models,
    -- Thousandths of a credit a token.
    multiplier_milli bigint NOT NULL
      CONSTRAINT multipliers_multiplier_milli_check CHECK (multiplier_milli BETWEEN 0 AND 1000000000),
    effective_at timestamptz NOT NULL,
    announced_at timestamptz NOT NULL,
    created_by text NOT NULL,
    reason text NOT NULL,
    CONSTRAINT multipliers_owner_check CHECK (num_nonnulls(tier, model) = 1),
    CONSTRAINT multipliers_tier_effective_at_key UNIQUE (tier, effective_at),
    CONSTRAINT multipliers_model_effective_at_key UNIQUE (model, effective_at)
  );

  -- What was seeded, so that what operators made of it afterwards is never overwritten.
  CREATE TABLE catalog_seeds (
    name text PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT app_now()
  );
`;

const MULTIPLIER_RULES = `
  -- What one owner's own rows say at a time; null when none is in force.
  CREATE FUNCTION multiplier_at(p_tier text, p_model text, p_at timestamptz) RETURNS bigint
    LANGUAGE sql STABLE
    RETURN (
      SELECT multiplier_milli FROM multipliers
      WHERE (tier = p_tier OR model = p_model) AND effective_at <= p_at
      ORDER BY effective_at DESC LIMIT 1
    );

  CREATE FUNCTION multipliers_guard() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    v_row multipliers := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    v_now timestamptz := app_now();
    v_floor timestamptz := app_now() + interval '14 days';
    v_tier text;
    v_state text;
    v_until timestamptz;
    v_before bigint;
    v_own boolean;
    v_lowest bigint;
    v_highest bigint;
  BEGIN
    IF TG_OP = 'UPDATE' THEN
      RAISE EXCEPTION 'a multiplier is never changed: add another, effective later'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'multipliers_immutable';
    END IF;

    -- Two decisions about one price must not both be taken on what was there before either.
    PERFORM pg_advisory_xact_lock(7201948);

    IF TG_OP = 'INSERT' THEN
      v_row.announced_at := v_now;
      IF NEW.effective_at < v_now THEN
        RAISE EXCEPTION 'a multiplier cannot take effect in the past'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'multipliers_not_backdated';
      END IF;
    ELSIF OLD.effective_at <= v_now THEN
      RAISE EXCEPTION 'a multiplier that took effect is history and stays'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'multipliers_immutable';
    END IF;

    SELECT m.tier, m.state INTO v_tier, v_state FROM models m WHERE m.id = v_row.model;
    -- Nobody uses a draft, and what is 14 days away is announced in time.
    IF v_state = 'draft' OR v_row.effective_at >= v_floor THEN
      RETURN v_row;
    END IF;

    -- The row decides the price from its own time until the next row of its owner; we look 14 days ahead.
    SELECT least(v_floor, min(effective_at)) INTO v_until FROM multipliers
      WHERE (tier = v_row.tier OR model = v_row.model) AND effective_at > v_row.effective_at;
    -- A row taken back leaves the price to the one before it, its owner's own or else the tier's.
    SELECT multiplier_milli INTO v_before FROM multipliers
      WHERE (tier = v_row.tier OR model = v_row.model) AND effective_at <= v_row.effective_at AND id <> v_row.id
      ORDER BY effective_at DESC LIMIT 1;
    v_own := FOUND;
    IF v_own OR v_row.model IS NULL THEN
      v_lowest := v_before;
      v_highest := v_before;
    ELSE
      v_before := multiplier_at(v_tier, NULL, v_row.effective_at);
      SELECT least(v_before, min(multiplier_milli)), greatest(v_before, max(multiplier_milli))
        INTO v_lowest, v_highest FROM multipliers
        WHERE tier = v_tier AND effective_at > v_row.effective_at AND effective_at < v_until;
    END IF;

    -- A first price, where there was none, raises nothing.
    IF v_before IS NOT NULL AND (
      (TG_OP = 'INSERT' AND NEW.multiplier_milli > v_lowest)
      OR (TG_OP = 'DELETE' AND OLD.multiplier_milli < v_highest)
    ) THEN
      RAISE EXCEPTION 'raising a multiplier needs 14 days'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'multipliers_notice_period';
    END IF;
    RETURN v_row;
  END $$;

  CREATE TRIGGER multipliers_guard BEFORE INSERT OR UPDATE OR DELETE ON multipliers
    FOR EACH ROW EXECUTE FUNCTION multipliers_guard();

  CREATE FUNCTION multipliers_keep() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'multipliers are history and stay'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'multipliers_immutable';
  END $$;
  CREATE TRIGGER multipliers_keep BEFORE TRUNCATE ON multipliers
    FOR EACH STATEMENT EXECUTE FUNCTION multipliers_keep();
`;

const MODEL_RULES = `
  CREATE FUNCTION models_guard() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'DELETE' THEN
      IF OLD.state <> 'draft' THEN
        RAISE EXCEPTION 'only a draft may be deleted'
          USING ERRCODE = 'check_violation', CONSTRAINT = 'models_state_path';
      END IF;
      RETURN OLD;
    END IF;
    IF NEW.id <> OLD.id THEN
      RAISE EXCEPTION 'a model keeps its id' USING ERRCODE = 'check_violation', CONSTRAINT = 'models_id_kept';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
      ('draft', 'active'), ('active', 'deprecated'), ('deprecated', 'active'), ('deprecated', 'retired')
    ) THEN
      RAISE EXCEPTION 'a model does not go from % to %', OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'models_state_path';
    END IF;
    -- Another tier is another price, unless the model has its own.
    IF NEW.tier <> OLD.tier AND OLD.state <> 'draft' AND multiplier_at(NULL, OLD.id, app_now()) IS NULL THEN
      RAISE EXCEPTION 'a model in use changes its price by a multiplier of its own, not by its tier'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'models_tier_kept';
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER models_guard BEFORE UPDATE OR DELETE ON models
    FOR EACH ROW EXECUTE FUNCTION models_guard();
`;
