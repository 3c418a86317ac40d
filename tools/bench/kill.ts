import pg from 'pg';
import type { Contest } from './contest.ts';

/** What was left after the API was killed while it worked as hard as it can. */
export interface AfterKill {
  connections: number;
  /** Answers that clients have whole; each must have its charge. */
  answered: number;
  charged: number;
  /** Charged, and in flight when the process died. */
  beyond: number;
  /** Holds whose process died before it could settle; no charge. */
  expired: number;
  problems: string[];
}

const KILL_AFTER_MS = 3_000;
const SECONDS = 20;
/** Holds of a dead process end within 45 s. */
const HOLDS_GONE_MS = 60_000;
const POLL_MS = 500;

/** `kill -9` of every API process at full load; then what the clients have is compared with what was charged. */
export async function killAtFullLoad(contest: Contest, connections: number): Promise<AfterKill> {
  const database = new pg.Client({ connectionString: contest.product.databaseUrl });
  await database.connect();
  try {
    const before = await countEnds(database, contest.accountUuids);
    const loading = contest.loadApi({ connections, seconds: SECONDS, ids: true });
    await delay(KILL_AFTER_MS);
    for (const pid of contest.apiPids) process.kill(pid, 'SIGKILL');
    const { answers, requestIds } = await loading;
    await untilNoHolds(database, contest.accountUuids);
    contest.findApiAgain();
    const after = await countEnds(database, contest.accountUuids);
    const charged = after.charged - before.charged;
    const problems: string[] = [];
    const unpaid = await uncharged(database, requestIds);
    if (unpaid > 0) problems.push(`${unpaid} of ${answers} answers have no charge`);
    if (new Set(requestIds).size !== answers) problems.push('two answers have one id');
    if (charged - answers > connections) {
      problems.push(
        `${charged - answers} charges beyond the answers, ${connections} requests were in flight`,
      );
    }
    contest.noteCut(charged - answers);
    const expired = after.expired - before.expired;
    return { connections, answered: answers, charged, beyond: charged - answers, expired, problems };
  } finally {
    await database.end();
  }
}

async function countEnds(
  database: pg.Client,
  accounts: string[],
): Promise<{ charged: number; expired: number }> {
  const { rows } = await database.query<{ charged: string; expired: string }>(
    `SELECT count(*) FILTER (WHERE charge > 0) AS charged, count(*) FILTER (WHERE outcome = 'expired') AS expired
     FROM usage_records WHERE account_id = ANY ($1)`,
    [accounts],
  );
  return { charged: Number(rows[0]!.charged), expired: Number(rows[0]!.expired) };
}

async function uncharged(database: pg.Client, requestIds: string[]): Promise<number> {
  const { rows } = await database.query<{ n: string }>(
    `SELECT count(*) AS n FROM unnest($1::uuid[]) AS told(id)
     WHERE (SELECT count(*) FROM ledger_entries WHERE reference = told.id::text AND kind = 'charge') <> 1`,
    [requestIds.map((id) => id.slice('req_'.length))],
  );
  return Number(rows[0]!.n);
}

async function untilNoHolds(database: pg.Client, accounts: string[]): Promise<void> {
  const until = performance.now() + HOLDS_GONE_MS;
  while (performance.now() < until) {
    const { rows } = await database.query<{ open: string }>(
      `SELECT count(*) AS open FROM holds WHERE account_id = ANY ($1) AND state = 'open'`,
      [accounts],
    );
    if (rows[0]!.open === '0') return;
    await delay(POLL_MS);
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, milliseconds);
  });
}
