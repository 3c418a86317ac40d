import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { AccountEventsBus, AddresseesService, type Member } from '#accounts';
import type { ForecastService, LowBalanceService } from '#billing';
import { idFromUuid } from '#common';
import { AuditLog, Clock, createDataSource, createTestDatabase, Transactions, type Tx } from '#database';
import { AccountFactsSubscriber } from '../account-facts-subscriber.js';
import { MailLogService } from '../mails/mail-log.service.js';
import { MailsRepository } from '../mails/mails.repository.js';
import type { NotificationsSettings } from '../notifications.settings.js';
import { AlertsRepository } from './alerts.repository.js';
import { AlertsService } from './alerts.service.js';
import { LowBalanceJob } from './low-balance.job.js';
import { PreferencesRepository } from './preferences.repository.js';
import { TellService } from './tell.service.js';
import { UnsubscribeController } from './unsubscribe.controller.js';

const settings: NotificationsSettings = {
  publicUrl: 'https://llm.example',
  brandName: 'LLM',
  authSecret: 'a secret',
  smtp: undefined,
};
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let dataSource: DataSource;
let pool: pg.Pool;
let transactions: Transactions;
let service: AlertsService;
let tell: TellService;
let events: AccountEventsBus;
let unsubscribe: UnsubscribeController;

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await createDataSource({ url: database.url, poolSize: 8 }).initialize();
  pool = (dataSource.driver as unknown as { master: pg.Pool }).master;
  transactions = new Transactions(dataSource);
  const alerts = new AlertsRepository(pool);
  const people = new AddresseesService();
  const preferences = new PreferencesRepository(pool);
  const mails = new MailLogService(new MailsRepository(pool), new AuditLog(), settings);
  service = new AlertsService(alerts, preferences, {} as LowBalanceService, transactions);
  tell = new TellService(alerts, people, preferences, mails, settings);
  unsubscribe = new UnsubscribeController(people, preferences, transactions, settings);
  events = new AccountEventsBus();
  new AccountFactsSubscriber(events, mails, tell, people, transactions, new Clock()).onModuleInit();
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

async function account(roles: Member['role'][]): Promise<Member[]> {
  const accountUuid = randomUUID();
  await pool.query("INSERT INTO accounts (id, name, slug) VALUES ($1, 'Acme', $2)", [
    accountUuid,
    accountUuid,
  ]);
  const members: Member[] = [];
  for (const role of roles) {
    const userUuid = randomUUID();
    const email = `${role}-${userUuid}@example.com`;
    await pool.query(
      "INSERT INTO users (id, name, email, email_verified, locale) VALUES ($1, $2, $3, true, 'ar')",
      [userUuid, role, email],
    );
    await pool.query('INSERT INTO members (account_id, user_id, role) VALUES ($1, $2, $3)', [
      accountUuid,
      userUuid,
      role,
    ]);
    members.push({
      person: {
        userId: idFromUuid('user', userUuid),
        userUuid,
        email,
        name: role,
        locale: 'ar',
        isOperator: false,
      },
      accountId: idFromUuid('account', accountUuid),
      accountUuid,
      accountName: 'Acme',
      role,
    } as Member);
  }
  return members;
}

const mailsTo = async (member: Member) =>
  (
    await pool.query<{ kind: string; unsubscribe_url: string | null; text_body: string }>(
      'SELECT kind, unsubscribe_url, text_body FROM mails WHERE recipient = $1 ORDER BY id',
      [member.person.email],
    )
  ).rows;

/** Hands over what it is given, once, as billing does. */
function jobWith(crossings: Awaited<ReturnType<LowBalanceService['takeCrossings']>>): LowBalanceJob {
  const lowBalance = { takeCrossings: async (_tx: Tx) => crossings.splice(0) };
  const forecasts = {
    forecast: async () => ({ creditsPerDay: 5, runsOutAt: new Date('2026-11-26T09:00:00Z') }),
  };
  return new LowBalanceJob(
    lowBalance as unknown as LowBalanceService,
    forecasts as unknown as ForecastService,
    tell,
    new AlertsRepository(pool),
    transactions,
  );
}

const response = { setHeader: () => undefined } as unknown as ServerResponse;

const crossing = (
  member: Member,
  side: 'above' | 'below',
  crossedAt = new Date(),
  balanceMillicredits = 12_500n,
) => ({
  accountUuid: member.accountUuid,
  side,
  balanceMillicredits,
  thresholdMillicredits: 100_000n,
  crossedAt,
});

it('a crossing is told once: to the dashboard of every member, by mail to those who act on money', async () => {
  const [owner, billing, viewer] = (await account(['owner', 'billing', 'viewer'])) as [
    Member,
    Member,
    Member,
  ];
  const below = crossing(owner, 'below');
  await Promise.all([jobWith([below]).tellCrossings(), jobWith([below]).tellCrossings()]);
  expect(await service.list(viewer, {})).toMatchObject({
    data: [{ kind: 'low_balance', params: { credits: 12.5, threshold: 100 }, closedAt: null, readAt: null }],
    next: null,
    unread: 1,
  });
  expect((await mailsTo(owner)).map(({ kind }) => kind)).toEqual(['low_balance']);
  expect((await mailsTo(billing))[0]!.text_body).toContain('الخميس');
  expect(await mailsTo(viewer)).toEqual([]);
});

it('recovery closes the alert, and the next crossing is a new one', async () => {
  const [owner] = (await account(['owner'])) as [Member];
  await jobWith([
    crossing(owner, 'below', new Date(1_000)),
    crossing(owner, 'above', new Date(2_000)),
  ]).tellCrossings();
  expect(await service.count(owner)).toEqual({ unread: 1, open: 0 });
  await jobWith([crossing(owner, 'below', new Date(3_000))]).tellCrossings();
  expect(await service.count(owner)).toEqual({ unread: 2, open: 1 });
  expect(await mailsTo(owner)).toHaveLength(2);
});

it('a balance that is above its threshold again says so on dashboards, one whose threshold was switched off does not', async () => {
  const [owner] = (await account(['owner'])) as [Member];
  const told = async () => (await service.list(owner, {})).data.map(({ kind }) => kind);
  await jobWith([
    crossing(owner, 'below', new Date(1_000)),
    crossing(owner, 'above', new Date(2_000)),
  ]).tellCrossings();
  expect(await told()).toEqual(['low_balance']);
  await jobWith([
    crossing(owner, 'below', new Date(3_000)),
    crossing(owner, 'above', new Date(4_000), 120_000n),
  ]).tellCrossings();
  expect(await told()).toEqual(['balance_recovered', 'low_balance', 'low_balance']);
  expect((await service.list(owner, { open: 'true' })).data).toEqual([]);
  expect((await mailsTo(owner)).map(({ kind }) => kind)).toEqual(['low_balance', 'low_balance']);
  const preferences = await service.setPreference(owner, {
    kind: 'balance_recovered',
    dashboard: true,
    mail: true,
  });
  expect(preferences.data.find(({ kind }) => kind === 'balance_recovered')).toMatchObject({
    channels: { dashboard: true, mail: false },
    isMailed: false,
  });
});

it('read is a member’s own; a foreign alert is as missing as one that never was', async () => {
  const [owner, viewer] = (await account(['owner', 'viewer'])) as [Member, Member];
  const [stranger] = (await account(['owner'])) as [Member];
  await jobWith([crossing(owner, 'below')]).tellCrossings();
  const { id } = (await service.list(owner, {})).data[0]!;
  await service.markRead(owner, id);
  expect((await service.list(owner, { unread: 'true' })).data).toEqual([]);
  expect(await service.count(viewer)).toMatchObject({ unread: 1 });
  for (const foreign of [id, idFromUuid('alert', randomUUID()), 'alr_1']) {
    await expect(service.markRead(stranger, foreign)).rejects.toMatchObject({ code: 'not_found' });
  }
  await service.markAllRead(viewer);
  expect(await service.count(viewer)).toMatchObject({ unread: 0 });
});

it('a kind that is turned off is not told; one about who can sign in cannot be', async () => {
  const [owner] = (await account(['owner'])) as [Member];
  await service.setPreference(owner, { kind: 'low_balance', dashboard: false, mail: false });
  await jobWith([crossing(owner, 'below')]).tellCrossings();
  expect(await service.list(owner, {})).toMatchObject({ data: [], unread: 0 });
  expect(await mailsTo(owner)).toEqual([]);
  await expect(
    service.setPreference(owner, { kind: 'password_changed', dashboard: true, mail: false }),
  ).rejects.toMatchObject({ code: 'invalid_value' });
});

it('the link in a mail ends that kind by POST alone, and a changed link ends nothing', async () => {
  const [owner] = (await account(['owner'])) as [Member];
  await jobWith([crossing(owner, 'below', new Date(1_000))]).tellCrossings();
  const token = new URL((await mailsTo(owner))[0]!.unsubscribe_url!).searchParams.get('token')!;
  expect(unsubscribe.ask(token, response)).toContain('<form method="post">');
  await jobWith([crossing(owner, 'below', new Date(2_000))]).tellCrossings();
  expect(await mailsTo(owner)).toHaveLength(2);
  await expect(unsubscribe.end(token.replace('low_balance', 'key_created'), response)).rejects.toMatchObject({
    code: 'not_found',
  });
  await unsubscribe.end(token, response);
  await jobWith([crossing(owner, 'below', new Date(3_000))]).tellCrossings();
  expect(await mailsTo(owner)).toHaveLength(2);
  expect((await service.list(owner, {})).data).toHaveLength(3);
  // The link outlives its owner.
  await pool.query('DELETE FROM users WHERE id = $1', [owner.person.userUuid]);
  expect(await unsubscribe.end(token, response)).toContain('No more mails');
});

it('what happens to a person or a key is told in the transaction in which it happens', async () => {
  const [owner, viewer] = (await account(['owner', 'viewer'])) as [Member, Member];
  const { email, name, userUuid } = owner.person;
  const requested = { userUuid, email, name, locale: 'en', url: 'https://llm.example/verify' } as const;
  await transactions
    .run(async (tx) => {
      await events.emit('verificationRequested', requested, tx);
      throw new Error('rolled back');
    })
    .catch(() => undefined);
  expect(await mailsTo(owner)).toEqual([]);
  await events.emit('verificationRequested', requested);
  await events.emit('passwordChanged', { userUuid });
  const key = { accountUuid: owner.accountUuid, keyUuid: randomUUID(), name: 'ci', byUserUuid: userUuid };
  await events.emit('keyCreated', key);
  const client = { userUuid, sessionUuid: randomUUID(), ipAddress: '203.0.113.7', userAgent: 'x' };
  await events.emit('signedIn', { ...client, isNewClient: false });
  await events.emit('signedIn', { ...client, isNewClient: true });
  expect((await mailsTo(owner)).map(({ kind, unsubscribe_url }) => [kind, unsubscribe_url !== null])).toEqual(
    [
      ['verification', false],
      ['password_changed', false],
      ['key_created', true],
      ['new_sign_in', false],
    ],
  );
  expect(await mailsTo(viewer)).toEqual([]);
  expect((await service.list(viewer, {})).data).toMatchObject([
    { kind: 'key_created', link: `/keys#${idFromUuid('key', key.keyUuid)}` },
  ]);
});

it('a changed address is told to the old one', async () => {
  const [owner] = (await account(['owner'])) as [Member];
  const change = {
    userUuid: owner.person.userUuid,
    oldEmail: owner.person.email,
    newEmail: 'new@example.com',
  };
  await pool.query('UPDATE users SET email = $2 WHERE id = $1', [
    owner.person.userUuid,
    `n-${randomUUID()}@example.com`,
  ]);
  await events.emit('addressChanged', change);
  expect((await mailsTo(owner)).map(({ kind }) => kind)).toEqual(['address_changed']);
});
