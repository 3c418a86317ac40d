import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The first eight tables are better-auth's (core, organization, admin, twoFactor) under our names; a test in
 * libs/accounts asserts that it finds nothing left to create. What we add has a default or may be null, or
 * better-auth's own inserts would fail.
 */
export class AccountsPeopleAndKeys20261122091000 implements MigrationInterface {
  name = 'AccountsPeopleAndKeys20261122091000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PEOPLE);
    await runner.query(ACCOUNTS);
    await runner.query(KEYS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE keys, two_factors, invitations, members, verifications, identities, sessions, accounts, users;
    `);
  }
}

const PEOPLE = `
  CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    name text NOT NULL,
    email text NOT NULL UNIQUE CHECK (email = lower(email)),
    email_verified boolean NOT NULL,
    image text,
    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    role text CHECK (role IN ('user', 'operator')),
    banned boolean,
    ban_reason text,
    ban_expires timestamptz,
    two_factor_enabled boolean,
    locale text DEFAULT 'en' CHECK (locale IN ('en', 'ar'))
  );

  -- How a user signs in: a password, or another service's word. (better-auth's "account".)
  CREATE TABLE identities (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    external_id text NOT NULL,
    provider_id text NOT NULL,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    access_token text,
    refresh_token text,
    id_token text,
    access_token_expires_at timestamptz,
    refresh_token_expires_at timestamptz,
    scope text,
    password text,
    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamptz NOT NULL,
    UNIQUE (provider_id, external_id)
  );
  CREATE INDEX identities_user_id_idx ON identities (user_id);

  CREATE TABLE verifications (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    identifier text NOT NULL,
    value text NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP
  );
  CREATE INDEX verifications_identifier_idx ON verifications (identifier);

  CREATE TABLE two_factors (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    secret text NOT NULL,
    backup_codes text NOT NULL,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    verified boolean,
    failed_verification_count integer,
    locked_until timestamptz
  );
  CREATE INDEX two_factors_secret_idx ON two_factors (secret);
  CREATE INDEX two_factors_user_id_idx ON two_factors (user_id);
`;

const ACCOUNTS = `
  -- Who owns credits. (better-auth's "organization".)
  CREATE TABLE accounts (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    name text NOT NULL,
    slug text NOT NULL UNIQUE,
    logo text,
    metadata text,
    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    kind text NOT NULL DEFAULT 'team' CHECK (kind IN ('personal', 'team')),
    requests_per_minute int CHECK (requests_per_minute > 0),
    in_flight_limit int CHECK (in_flight_limit > 0),
    key_limit int CHECK (key_limit > 0),
    -- The limits an operator has set by hand: a change of plan leaves these alone.
    overridden_limits text[] NOT NULL DEFAULT '{}'
      CHECK (overridden_limits <@ ARRAY['requests_per_minute', 'in_flight_limit', 'key_limit']),
    suspended_at timestamptz
  );
  COMMENT ON COLUMN accounts.requests_per_minute IS 'null: no limit, as with the two that follow';

  CREATE TABLE sessions (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    expires_at timestamptz NOT NULL,
    token text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at timestamptz NOT NULL,
    ip_address text,
    user_agent text,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    active_account_id uuid REFERENCES accounts ON DELETE SET NULL,
    impersonated_by uuid REFERENCES users ON DELETE CASCADE
  );
  CREATE INDEX sessions_user_id_idx ON sessions (user_id);

  CREATE TABLE members (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('owner', 'admin', 'developer', 'billing', 'viewer')),
    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    UNIQUE (account_id, user_id)
  );
  CREATE INDEX members_account_id_idx ON members (account_id);
  CREATE INDEX members_user_id_idx ON members (user_id);

  CREATE TABLE invitations (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    email text NOT NULL CHECK (email = lower(email)),
    role text CHECK (role IN ('owner', 'admin', 'developer', 'billing', 'viewer')),
    status text NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    inviter_id uuid NOT NULL REFERENCES users ON DELETE CASCADE
  );
  CREATE INDEX invitations_account_id_idx ON invitations (account_id);
  CREATE INDEX invitations_email_idx ON invitations (email);
`;

const KEYS = `
  -- No cascade from accounts: what a key did is in the ledger under its id, so a key is revoked, never deleted.
  CREATE TABLE keys (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    account_id uuid NOT NULL REFERENCES accounts,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    hash bytea NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    display text NOT NULL,
    scopes text[] NOT NULL
      CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY['inference', 'account:read']),
    allowed_models text[] CHECK (cardinality(allowed_models) > 0),
    budget_millicredits bigint CHECK (budget_millicredits > 0),
    budget_reset text CHECK (budget_reset IN ('daily', 'monthly')),
    expires_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app_now(),
    created_by text NOT NULL,
    last_used_at timestamptz,
    CHECK (budget_reset IS NULL OR budget_millicredits IS NOT NULL),
    CHECK (expires_at > created_at)
  );
  CREATE INDEX keys_account ON keys (account_id, id);
  COMMENT ON COLUMN keys.hash IS 'SHA-256 of the whole key';
  COMMENT ON COLUMN keys.allowed_models IS 'null: every model';
  COMMENT ON COLUMN keys.budget_reset IS 'null: the budget counts for the life of the key';
  COMMENT ON COLUMN keys.created_by IS 'kind and id of the actor, as in audit_log';
`;
