import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { checkBankJournal } from '../checker/bank-journal.ts';
import { Snapshots } from '../checker/snapshots.ts';
import type { Order } from '../order.ts';
import type { BankOrder, BankReport } from '../rig/bank-worker.ts';
import { pause } from '../rig/timing.ts';
import { World } from '../rig/world.ts';
import { Verdict } from '../verdict.ts';

const ACCOUNTS = 100;
const PROCESSES = 2;
const WORKERS = 8;
const LOCK_LINE =
  /PERFORM 1 FROM credit_accounts WHERE account_id = ANY \(p_accounts\) ORDER BY account_id FOR NO KEY UPDATE;/;

/** The ledger's functions under 16 workers in two processes, a backend terminated each second. */
export async function runT01(order: Order): Promise<Verdict> {
  const verdict = new Verdict();
  const world = await World.make();
  try {
    const accounts = await openBooks(world);
    if (order.sabotage) await dropTheLock(world);
    const snapshots = new Snapshots(world.postgres.url);
    await snapshots.start(300);
    const share = Math.ceil(order.operations / PROCESSES);
    const running = Array.from({ length: PROCESSES }, (_, i) =>
      drive({
        url: world.postgres.url,
        // Without the lock it needs company on an account to go wrong.
        accounts: order.sabotage ? accounts.slice(0, 5) : accounts,
        workers: WORKERS,
        operations: share,
        seed: order.seed * 1_000 + i * 100,
      }),
    );
    let isOver = false;
    const all = Promise.all(running).finally(() => {
      isOver = true;
    });
    const terminated = await terminateEachSecond(world, () => isOver);
    const reports = await all;
    const lines = reports.flatMap((report) => report.lines);
    const sum = (what: 'lost' | 'retried') => reports.reduce((total, report) => total + report[what], 0);
    verdict.addSnapshots(await snapshots.stop(), order.quick ? 2 : 20);
    const byState = Map.groupBy(lines, ({ kind, state }) => `${kind} ${state}`);
    verdict.say(
      `${lines.length} operations answered on ${accounts.length} accounts; ${terminated} backends terminated, ${sum('lost')} calls lost their connection and were asked again, ${sum('retried')} were refused for a lock and tried again`,
    );
    for (const [state, of] of [...byState].toSorted()) verdict.say(`  ${state}: ${of.length}`);
    verdict.need('operations', lines.length, order.operations);
    verdict.need('lost calls', sum('lost'), order.quick ? 1 : 10);
    for (const report of reports)
      verdict.wrong.push(...report.errors.map((error) => `not retryable: ${error}`));
    const wrong = await world.withClient((client) => checkBankJournal(client, lines));
    verdict.say(`${lines.length} answers compared with the tables, both ways: ${wrong.length} differ`);
    verdict.wrong.push(...wrong);
  } finally {
    await world.end({ keep: false });
  }
  return verdict;
}

async function openBooks(world: World): Promise<string[]> {
  const accounts = Array.from({ length: ACCOUNTS }, () => randomUUID());
  await world.withClient((client) =>
    client.query(
      `INSERT INTO credit_accounts (account_id, plan_id) SELECT unnest($1::uuid[]), 'enterprise'`,
      [accounts],
    ),
  );
  return accounts;
}

function drive(order: BankOrder): Promise<BankReport> {
  return new Promise((done, fail) => {
    const child = fork(join(import.meta.dirname, '..', 'rig', 'bank-worker.ts'));
    child.once('message', (report: BankReport) => {
      done(report);
      child.disconnect();
    });
    child.once('error', fail);
    child.once('exit', (code) => code && fail(new Error(`a driver ended with ${code}`)));
    child.send(order);
  });
}

async function terminateEachSecond(world: World, isOver: () => boolean): Promise<number> {
  let terminated = 0;
  await world.withClient(async (client) => {
    while (!isOver()) {
      await pause(1_000);
      // One at work, where there is one: an idle connection loses nothing.
      const { rowCount } = await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'torture-bank'
         ORDER BY state = 'active' DESC, random() LIMIT 1`,
      );
      terminated += rowCount ?? 0;
    }
  });
  return terminated;
}

/** Takes the lock out of the reserving function: what two reserves at once must show. */
async function dropTheLock(world: World): Promise<void> {
  await world.withClient(async (client) => {
    const { rows } = await client.query<{ text: string }>(
      `SELECT pg_get_functiondef('billing_reserve'::regproc) AS text`,
    );
    const { text } = rows[0]!;
    if (!LOCK_LINE.test(text)) throw new Error('billing_reserve has no such lock to drop');
    await client.query(text.replace(LOCK_LINE, ''));
    // Without the one order of locks nearly every call ends in a deadlock. By default each is looked for after a second:
    // 20,000 operations would take hours.
    await client.query(`ALTER SYSTEM SET deadlock_timeout = '10ms'`);
    await client.query('SELECT pg_reload_conf()');
  });
}
