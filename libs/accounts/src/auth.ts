import { type BetterAuthOptions, betterAuth } from 'better-auth';
import { admin } from 'better-auth/plugins/admin';
import { organization } from 'better-auth/plugins/organization';
import { twoFactor } from 'better-auth/plugins/two-factor';
import type pg from 'pg';
import { memberAccess, memberRoles, peopleAccess, peopleRoles } from './auth-roles.js';
import type { AuthFacts, LibraryUser } from './identity/auth-facts.js';
import { CLIENT_ADDRESS_HEADER } from './identity/auth-paths.js';

/** What sign-in needs to know of its surroundings. */
export interface AuthSettings {
  /** Signs session cookies; at least 32 characters. */
  secret: string;
  /** The address people see; cookies and the origin check follow it. */
  publicUrl: string;
  pool: pg.Pool;
  /** What authenticator apps show. */
  brandName: string;
  /** Hears of what happens. */
  facts: AuthFacts;
}

/** An hour, like every link the library sends. */
const LINK_SECONDS = 3_600;
const DAY_SECONDS = 86_400;
const LEAST_PASSWORD = 10;
const LONGEST_PASSWORD = 128;

const timestamps = { createdAt: 'created_at', updatedAt: 'updated_at' };

/** Where better-auth's own tables are, in our words: its `account` is our identity, its `organization` our account. */
const tables = {
  user: {
    modelName: 'users',
    fields: { ...timestamps, emailVerified: 'email_verified' },
    additionalFields: {
      locale: { type: 'string', required: false, defaultValue: 'en', fieldName: 'locale' },
    },
  },
  session: {
    modelName: 'sessions',
    fields: {
      ...timestamps,
      expiresAt: 'expires_at',
      ipAddress: 'ip_address',
      userAgent: 'user_agent',
      userId: 'user_id',
    },
  },
  account: {
    modelName: 'identities',
    fields: {
      ...timestamps,
      accountId: 'external_id',
      providerId: 'provider_id',
      userId: 'user_id',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
    },
  },
  verification: { modelName: 'verifications', fields: { ...timestamps, expiresAt: 'expires_at' } },
} satisfies Partial<BetterAuthOptions>;

const organizations = organization({
  ac: memberAccess,
  roles: memberRoles,
  creatorRole: 'owner',
  // An account's ledger is kept for good, so an account is suspended and never deleted.
  disableOrganizationDeletion: true,
  schema: {
    session: { fields: { activeOrganizationId: 'active_account_id' } },
    organization: { modelName: 'accounts', fields: { createdAt: 'created_at' } },
    member: {
      modelName: 'members',
      fields: { organizationId: 'account_id', userId: 'user_id', createdAt: 'created_at' },
    },
    invitation: {
      modelName: 'invitations',
      fields: {
        organizationId: 'account_id',
        inviterId: 'inviter_id',
        expiresAt: 'expires_at',
        createdAt: 'created_at',
      },
    },
  },
});

const operators = admin({
  ac: peopleAccess,
  roles: peopleRoles,
  adminRoles: ['operator'],
  defaultRole: 'user',
  schema: {
    user: { fields: { banReason: 'ban_reason', banExpires: 'ban_expires' } },
    session: { fields: { impersonatedBy: 'impersonated_by' } },
  },
});

const secondFactor = twoFactor({
  schema: {
    user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
    twoFactor: {
      modelName: 'two_factors',
      fields: {
        backupCodes: 'backup_codes',
        userId: 'user_id',
        failedVerificationCount: 'failed_verification_count',
        lockedUntil: 'locked_until',
      },
    },
  },
});

/** What the library tells of people; the endpoint in front of it tells the rest. */
function hooksOf(facts: AuthFacts) {
  return {
    user: {
      create: { after: (user: LibraryUser) => facts.userCreated(user) },
      update: {
        after: async (user: LibraryUser, context: { path?: string } | null) => {
          if (context?.path === '/two-factor/disable') await facts.twoFactorChanged(user.id, 'disabled');
          // The library writes the user there only when the second factor is switched on.
          if (context?.path === '/two-factor/verify-totp') await facts.twoFactorChanged(user.id, 'enabled');
        },
      },
    },
  };
}

/**
 * The sign-in library, set up for our tables. Its origin check turns itself off under NODE_ENV=test, hence the
 * explicit false: a test must meet what production meets. Sessions are never remembered in a cookie: one that was
 * ended has ended in every process. Attempts are counted in front of it, over all processes.
 */
export function createAuth(settings: AuthSettings) {
  const { facts } = settings;
  return betterAuth({
    ...tables,
    user: { ...tables.user, changeEmail: { enabled: true } },
    session: { ...tables.session, expiresIn: 7 * DAY_SECONDS, updateAge: DAY_SECONDS },
    appName: settings.brandName,
    database: settings.pool,
    secret: settings.secret,
    baseURL: settings.publicUrl,
    basePath: '/api/auth',
    telemetry: { enabled: false },
    logger: { level: 'error' },
    // What it does not expect comes out to us: it would print it with all its values, addresses too.
    onAPIError: { throw: true },
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      requireEmailVerification: true,
      minPasswordLength: LEAST_PASSWORD,
      maxPasswordLength: LONGEST_PASSWORD,
      resetPasswordTokenExpiresIn: LINK_SECONDS,
      revokeSessionsOnPasswordReset: true,
      onExistingUserSignUp: ({ user }) => facts.signUpRepeated(user),
      sendResetPassword: ({ user, token }) => facts.passwordResetLink(user, token),
      onPasswordReset: ({ user }) => facts.passwordChanged(user.id),
    },
    emailVerification: {
      expiresIn: LINK_SECONDS,
      sendOnSignUp: true,
      sendOnSignIn: true,
      sendVerificationEmail: ({ user, token }) => facts.verificationLink(user, token),
      afterEmailVerification: (user) => facts.verified(user),
    },
    databaseHooks: hooksOf(facts),
    advanced: {
      disableOriginCheck: false,
      disableCSRFCheck: false,
      database: { generateId: 'uuid' },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
    },
    plugins: [organizations, operators, secondFactor],
  });
}

export type Auth = ReturnType<typeof createAuth>;
