import { randomBytes, randomUUID } from 'node:crypto';
import { PLAN, YEAR_STEPS } from '../../../tools/scale/year-steps.ts';
import type { Person, Site } from './site.harness';

const RECORDS = 8_000;
const KEYS = 200;
/** Fourteen digits of credits, in millicredits. */
const LARGE_GRANT = 12_345_678_901_234_567n;
/** Sixty letters, none of which breaks a line. */
export const LONG_NAME = 'Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh-Cholmo';

/** Very much of everything: somebody with a long name in an account with a year of usage, 200 keys, 14 digits of credits. */
export async function fillAccount(site: Site): Promise<Person> {
  const person = await site.signUp(LONG_NAME);
  const accountUuid = randomUUID();
  const client = await site.database.connect();
  try {
    await client.query(PLAN, [RECORDS, 2, accountUuid, randomBytes(32), 'sk_llmr_…0000']);
    for (const { sql, what } of YEAR_STEPS) if (what !== 'statistics') await client.query(sql);
    await client.query('RESET ALL');
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
  } finally {
    client.release();
  }
  await site.ask(person, 'PUT', '/api/dashboard/active-account', {
    accountId: `acc_${accountUuid.replaceAll('-', '')}`,
  });
  return person;
}
