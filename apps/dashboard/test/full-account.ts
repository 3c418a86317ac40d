import { randomBytes, randomUUID } from 'node:crypto';
import { PLAN, YEAR_STEPS } from '../../../tools/scale/year-steps.ts';
import type { Person, Site } from './site.harness';

const RECORDS = 8_000;
const KEYS = 200;
/** Nearly as much as an account may have, to the last thousandth: in millicredits. */
const LARGE_GRANT = 7_654_321_098_765_432n;
/** Sixty letters, none of which breaks a line. */
export const LONG_NAME = 'Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh-Cholmo';

const ALERTS = `
  INSERT INTO alerts (account_id, kind, severity, params, link)
  SELECT $1::uuid, kind, severity, params || jsonb_build_object('by', $2::text), '/keys'
  FROM generate_series(1, 15), (VALUES
    ('key_created', 'info', jsonb_build_object('keyName', $2::text)),
    ('key_revoked', 'info', jsonb_build_object('keyName', $2::text)),
    ('member_joined', 'info', jsonb_build_object('memberName', $2::text, 'role', 'developer')),
    ('low_balance', 'warn', jsonb_build_object('credits', $3::numeric, 'threshold', $3::numeric, 'runsOutAt', app_now()))
  ) AS one (kind, severity, params)`;
const MAILS = `
  INSERT INTO mails (recipient, kind, locale, subject, text_body, html_body, is_secret, state, last_error)
  SELECT lower($1) || n || '@' || lower($1) || '.example', 'invitation', 'en', 'Join ' || $1,
    $1, '<html><head></head><body>' || $1 || '</body></html>', false,
    CASE n % 3 WHEN 0 THEN 'failed' ELSE 'logged' END, CASE n % 3 WHEN 0 THEN '550 5.1.1 ' || $1 || ' unknown' END
  FROM generate_series(1, 120) AS n`;

const TEAM = `
  WITH people AS (
    INSERT INTO users (name, email, email_verified, updated_at)
    SELECT $2 || n, lower($2) || n || '@example.com', true, now() FROM generate_series(1, 60) AS n RETURNING id, email
  ), joined AS (
    INSERT INTO members (account_id, user_id, role)
    SELECT $1::uuid, id, (ARRAY['admin', 'developer', 'billing', 'viewer'])[1 + length(email) % 4] FROM people
    RETURNING user_id
  )
  INSERT INTO invitations (account_id, email, role, status, expires_at, inviter_id)
  SELECT $1::uuid, 'to-' || email, 'developer', 'pending', now() + interval '2 days', id FROM people LIMIT 15`;

/** Very much of everything: somebody with a long name in an account with a year of usage, 200 keys, 13 digits of credits. */
export async function fillAccount(site: Site): Promise<Person> {
  const person = await site.signUp(LONG_NAME);
  const accountUuid = randomUUID();
  const client = await site.database.connect();
  try {
    await client.query(PLAN, [RECORDS, 2, accountUuid, randomBytes(32), 'sk_llmr_…0000']);
    // Its days are in the past, so they have yet to be added up.
    await client.query('UPDATE usage_rollups_daily_progress SET made_until = DEFAULT');
    for (const { sql, what } of YEAR_STEPS) if (what !== 'statistics') await client.query(sql);
    await client.query('RESET ALL');
    await client.query('ANALYZE');
    await client.query(`UPDATE accounts SET name = $2 WHERE id = $1`, [accountUuid, LONG_NAME]);
    await client.query(
      `INSERT INTO members (account_id, user_id, role) SELECT $1, id, 'owner' FROM users WHERE email = $2`,
      [accountUuid, person.email],
    );
    await client.query(
      `INSERT INTO keys (account_id, name, hash, display, scopes, allowed_models, budget_millicredits, budget_reset, created_by)
       SELECT $1::uuid, left($2 || n, 60), sha256(convert_to($1::uuid::text || n, 'utf8')), 'sk_llmr_…' || lpad(n::text, 4, '0'),
         ARRAY['inference'], CASE n % 3 WHEN 0 THEN ARRAY['llama3.2:3b', 'mistral-large-3:675b'] END,
         CASE n % 2 WHEN 0 THEN $3::bigint END, CASE n % 2 WHEN 0 THEN 'monthly' END, 'system tests'
       FROM generate_series(21, $4::int) AS n`,
      [accountUuid, LONG_NAME, LARGE_GRANT, KEYS],
    );
    await client.query(`SELECT billing_grant($1, $2, 'operator', $3, 100, false, $4, NULL, NULL)`, [
      randomUUID(),
      accountUuid,
      randomUUID(),
      LARGE_GRANT,
    ]);
    await client.query(ALERTS, [accountUuid, LONG_NAME, Number(LARGE_GRANT) / 1000]);
    await client.query(MAILS, [LONG_NAME]);
    await client.query(TEAM, [accountUuid, LONG_NAME]);
  } finally {
    client.release();
  }
  await site.ask(person, 'PUT', '/api/dashboard/active-account', {
    accountId: `acc_${accountUuid.replaceAll('-', '')}`,
  });
  return person;
}
