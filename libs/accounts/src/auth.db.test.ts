import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { getMigrations } from 'better-auth/db/migration';
import pg from 'pg';
import { createTestDatabase } from '#database';
import { createAuth } from './auth.js';
import { MEMBER_ROLES } from './auth-roles.js';
import type { AuthFacts } from './identity/auth-facts.js';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let pool: pg.Pool;
/** Nobody listens: what follows from a sign-up is the endpoint's test. */
const facts = {
  userCreated: async () => undefined,
  verificationLink: async () => undefined,
} as never as AuthFacts;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const settings = () => ({
  secret: 'a secret for tests, long enough to be taken',
  publicUrl: 'http://localhost:3000',
  pool,
  brandName: 'Test',
  facts,
});

it('the sign-in library finds nothing left to create, to add or to doubt in a migrated database', async () => {
  const complaints: string[] = [];
  const options = {
    ...createAuth(settings()).options,
    logger: {
      level: 'warn' as const,
      log: (_level: string, message: string) => void complaints.push(message),
    },
  };
  const plan = await getMigrations(options);
  expect(plan.toBeCreated).toEqual([]);
  expect(plan.toBeAdded).toEqual([]);
  expect(plan.toBeAddedIndexes).toEqual([]);
  expect(plan.schemaProblems).toEqual([]);
  expect(complaints).toEqual([]);
});

it('the library keeps its origin and CSRF checks under test and sends nothing home', () => {
  const { options } = createAuth(settings());
  expect(options.advanced).toMatchObject({ disableOriginCheck: false, disableCSRFCheck: false });
  expect(options.telemetry).toEqual({ enabled: false });
});

it('a sign-up through the library lands in our tables under an id of version 7', async () => {
  const auth = createAuth(settings());
  await auth.api.signUpEmail({
    body: { email: 'Sign.Up@Example.com', name: 'Sign Up', password: 'correct horse battery' },
  });
  const { rows } = await pool.query('SELECT id, email, email_verified, role, locale FROM users');
  expect(rows).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f-]{14}7/),
      email: 'sign.up@example.com',
      email_verified: false,
      role: 'user',
      locale: 'en',
    },
  ]);
});

it('the database knows the member roles the library knows, and no other', async () => {
  const { rows } = await pool.query(
    "SELECT pg_get_constraintdef(oid) AS def FROM pg_constraint WHERE conrelid = 'members'::regclass AND contype = 'c'",
  );
  const inDatabase = [...rows[0].def.matchAll(/'([a-z]+)'/g)].map((match) => match[1]);
  expect(inDatabase.sort()).toEqual([...MEMBER_ROLES].sort());
});
