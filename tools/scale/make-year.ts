/** Fills a database with a year of usage: see README.md. */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { displayOf, hashKey, makeKey } from '../../libs/accounts/src/key-format.ts';
import { PROOF_CHECKS } from '../../libs/billing/src/proof-checks.ts';
import { PLAN, YEAR_STEPS } from './year-steps.ts';

const { values } = parseArgs({
  options: {
    database: { type: 'string' },
    records: { type: 'string', default: '10000000' },
    accounts: { type: 'string', default: '500' },
  },
});

async function main(): Promise<number> {
  if (!values.database) {
    console.error('Name a migrated, empty database: npm run scale -- --database postgres://…');
    return 2;
  }
  const client = new pg.Client({ connectionString: values.database, application_name: 'tools' });
  await client.connect();
  try {
    const { rows } = await client.query('SELECT 1 FROM usage_records LIMIT 1');
    if (rows.length > 0) {
      console.error('This database has usage already; give an empty one.');
      return 2;
    }
    await fill(client);
    return (await proves(client)) ? 0 : 1;
  } finally {
    await client.end();
  }
}

async function fill(client: pg.Client): Promise<void> {
  const key = makeKey('sk_llmr_');
  const large = { accountUuid: randomUUID(), keyHash: hashKey(key), display: displayOf(key) };
  await client.query(PLAN, [
    Number(values.records),
    Number(values.accounts),
    large.accountUuid,
    large.keyHash,
    large.display,
  ]);
  for (const step of YEAR_STEPS) {
    const startedAt = performance.now();
    await client.query(step.sql);
    console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(7)} s  ${step.what}`);
  }
  console.log(`large account: ${large.accountUuid}\na key of it: ${key}`);
}

async function proves(client: pg.Client): Promise<boolean> {
  let found = 0;
  for (const check of PROOF_CHECKS) {
    const { rows } = await client.query(`SELECT subject, detail FROM (${check.sql}) AS f LIMIT 5`);
    for (const row of rows) console.log(`${check.name}: ${row.subject}: ${row.detail}`);
    found += rows.length;
  }
  console.log(found === 0 ? 'the books add up' : 'THE BOOKS DO NOT ADD UP');
  return found === 0;
}

process.exit(await main());
