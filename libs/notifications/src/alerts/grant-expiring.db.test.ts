import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type pg from 'pg';
import { AccountsModule } from '#accounts';
import {
  BillingModule,
  CreditAccountsService,
  ExpiringGrantsService,
  GrantsService,
  seedPlans,
} from '#billing';
import { createTestDatabase, DatabaseModule, PG_POOL, Transactions } from '#database';
import { NotificationsModule } from '../notifications.module.js';
import { AlertsRepository } from './alerts.repository.js';
import { GrantExpiringJob } from './grant-expiring.job.js';
import { TellService } from './tell.service.js';

const HOUR_MS = 3_600_000;
const publicUrl = 'https://llm.example';
const authSecret = 'a secret of more than thirty-two letters';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let processes: INestApplicationContext[];
let pool: pg.Pool;

async function startProcess(): Promise<INestApplicationContext> {
  @Module({
    imports: [
      DatabaseModule.forRoot({ settings: { url: database.url, poolSize: 4 }, entities: [] }),
      AccountsModule.forRoot({ keyPrefix: 'llmr', authSecret, publicUrl }),
      BillingModule.forAdministration(),
      NotificationsModule.forAdministration({ publicUrl, brandName: 'LLM', authSecret, smtp: undefined }),
    ],
  })
  class ProcessModule {}
  return NestFactory.createApplicationContext(ProcessModule, { logger: ['error'], abortOnError: false });
}

beforeAll(async () => {
  database = await createTestDatabase();
  processes = [await startProcess(), await startProcess()];
  pool = processes[0]!.get<pg.Pool>(PG_POOL);
  await inTransaction(seedPlans);
});
afterAll(async () => {
  for (const one of processes) await one.close();
  await database.drop();
});

const inTransaction: Transactions['run'] = (work) => processes[0]!.get(Transactions).run(work);

const jobIn = (one: INestApplicationContext) =>
  new GrantExpiringJob(
    one.get(ExpiringGrantsService),
    one.get(TellService),
    one.get(AlertsRepository),
    one.get(Transactions),
  );

/** What both processes' jobs do at about the same time. */
async function pass(): Promise<void> {
  await Promise.all(processes.map((one) => jobIn(one).tellExpiring()));
  await Promise.all(processes.map((one) => jobIn(one).closeEnded()));
}

async function moveClock(hours: number): Promise<void> {
  await pool.query('UPDATE app_clock SET offset_interval = offset_interval + make_interval(hours => $1)', [
    hours,
  ]);
}

/** An account with an owner and a grant that lasts `hours`. */
async function accountWith(
  source: 'welcome' | 'pack' | 'operator',
  hours: number,
): Promise<{ accountUuid: string; email: string }> {
  const [accountUuid, userUuid] = [randomUUID(), randomUUID()];
  const email = `${userUuid}@example.com`;
  await pool.query("INSERT INTO accounts (id, name, slug) VALUES ($1::uuid, 'Acme', $1::text)", [
    accountUuid,
  ]);
  await pool.query("INSERT INTO users (id, name, email, email_verified) VALUES ($1, 'Ada', $2, true)", [
    userUuid,
    email,
  ]);
  await pool.query("INSERT INTO members (account_id, user_id, role) VALUES ($1, $2, 'owner')", [
    accountUuid,
    userUuid,
  ]);
  const { rows } = await pool.query<{ now: Date }>('SELECT app_now() AS now');
  await inTransaction(async (tx) => {
    await processes[0]!.get(CreditAccountsService).open(tx, { accountUuid, planId: 'free' });
    await processes[0]!.get(GrantsService).grant(tx, {
      accountUuid,
      source,
      reference: randomUUID(),
      amountMillicredits: 1_000_500n,
      expiresAt: new Date(rows[0]!.now.getTime() + hours * HOUR_MS),
    });
  });
  return { accountUuid, email };
}

async function alertsOf({ accountUuid }: { accountUuid: string }) {
  const { rows } = await pool.query<{ params: Record<string, unknown>; is_open: boolean }>(
    'SELECT params, closed_at IS NULL AS is_open FROM alerts WHERE account_id = $1 ORDER BY id',
    [accountUuid],
  );
  return rows.map(({ params, is_open }) => [params.days, params.credits, is_open ? 'open' : 'closed']);
}

it('a welcome grant is told 7 days and 1 day before it ends, once each however many processes look', async () => {
  const holder = await accountWith('welcome', 30 * 24);
  await moveClock(22 * 24);
  await pass();
  expect(await alertsOf(holder)).toEqual([]);
  await moveClock(24);
  await pass();
  await pass();
  expect(await alertsOf(holder)).toEqual([[7, 1000.5, 'open']]);
  await moveClock(6 * 24);
  await pass();
  await pass();
  expect(await alertsOf(holder)).toEqual([
    [7, 1000.5, 'closed'],
    [1, 1000.5, 'open'],
  ]);
  await moveClock(24);
  await pass();
  expect(await alertsOf(holder)).toEqual([
    [7, 1000.5, 'closed'],
    [1, 1000.5, 'closed'],
  ]);
  const { rows } = await pool.query('SELECT kind FROM mails WHERE recipient = $1', [holder.email]);
  expect(rows).toEqual([{ kind: 'grant_expiring' }, { kind: 'grant_expiring' }]);
});

it('a process that was away over the seventh day tells once it is back; the last day is told alone', async () => {
  const [early, late] = [await accountWith('pack', 10 * 24), await accountWith('pack', 8 * 24)];
  await moveClock(7 * 24 + 1);
  await pass();
  expect(await alertsOf(early)).toEqual([[7, 1000.5, 'open']]);
  expect(await alertsOf(late)).toEqual([[1, 1000.5, 'open']]);
});

it('nothing is told of a gift, of a grant as short as the notice, or of one that was used up', async () => {
  const gift = await accountWith('operator', 24 * 30);
  const short = await accountWith('pack', 24 * 3);
  const used = await accountWith('pack', 24 * 30);
  await pool.query('UPDATE credit_grants SET available = 0, live = false WHERE account_id = $1', [
    used.accountUuid,
  ]);
  await pass();
  expect(await alertsOf(short)).toEqual([]);
  await moveClock(24 * 24);
  await pass();
  expect(await alertsOf(gift)).toEqual([]);
  expect(await alertsOf(used)).toEqual([]);
});

it('an alert closes when its grant is used up before it ends', async () => {
  const holder = await accountWith('pack', 24 * 10);
  await moveClock(24 * 4);
  await pass();
  expect(await alertsOf(holder)).toEqual([[7, 1000.5, 'open']]);
  await pool.query('UPDATE credit_grants SET available = 0, live = false WHERE account_id = $1', [
    holder.accountUuid,
  ]);
  await pass();
  expect(await alertsOf(holder)).toEqual([[7, 1000.5, 'closed']]);
});
