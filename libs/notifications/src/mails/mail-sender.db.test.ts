import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { armFailpoints } from '#common';
import { AuditLog, createDataSource, createTestDatabase, Transactions } from '#database';
import type { NotificationsSettings } from '../notifications.settings.js';
import { MailLogService } from './mail-log.service.js';
import { MailSenderJob } from './mail-sender.job.js';
import { MailTransport } from './mail-transport.js';
import { MailsRepository } from './mails.repository.js';
import { startSmtpServer } from './smtp.harness.js';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let dataSource: DataSource;
let pool: pg.Pool;
let smtp: Awaited<ReturnType<typeof startSmtpServer>>;
let settings: NotificationsSettings;
let log: MailLogService;
let transactions: Transactions;

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await createDataSource({ url: database.url, poolSize: 8 }).initialize();
  pool = (dataSource.driver as unknown as { master: pg.Pool }).master;
  smtp = await startSmtpServer();
  settings = {
    publicUrl: 'https://llm.example',
    brandName: 'LLM',
    authSecret: 'secret',
    smtp: { url: smtp.url, from: 'LLM <hello@llm.example>' },
  };
  transactions = new Transactions(dataSource);
  log = logWith(settings);
});
afterAll(async () => {
  armFailpoints(() => undefined);
  await smtp.stop();
  await dataSource.destroy();
  await database.drop();
});
beforeEach(async () => {
  await pool.query('DELETE FROM mails');
  smtp.taken.length = 0;
  smtp.answers.length = 0;
});

const logWith = (given: NotificationsSettings) =>
  new MailLogService(new MailsRepository(pool), new AuditLog(), given);
const sender = () => new MailSenderJob(new MailsRepository(pool), new MailTransport(settings), settings);
const write = (to: string, dedupeKey?: string) =>
  transactions.run((tx) =>
    log.write(tx, {
      kind: 'verification',
      facts: { name: 'Ada\r\nBcc: all@example.com', url: 'https://llm.example/verify?token=t' },
      to,
      userUuid: null,
      locale: 'ar',
      ...(dedupeKey ? { dedupeKey } : {}),
    }),
  );
const row = async () => (await log.list({ limit: 1 })).mails[0]!;
const makeDue = () => pool.query("UPDATE mails SET next_attempt_at = now() WHERE state = 'queued'");

it('a mail goes to its one recipient, in text and HTML, and is noted as sent', async () => {
  await write('ada@example.com');
  await sender().sendDue();
  const [{ to, mail }] = smtp.taken as [(typeof smtp.taken)[0]];
  expect(to).toEqual(['ada@example.com']);
  expect(mail.headers.get('bcc')).toBeUndefined();
  expect(mail.subject).toContain('LLM');
  expect(mail.text).toContain('https://llm.example/verify?token=t');
  expect(mail.html).toContain('dir="rtl"');
  expect(await row()).toMatchObject({ state: 'sent', attempts: 1, lastError: null });
});

it('what is written in a transaction that is rolled back is never sent', async () => {
  await transactions
    .run(async (tx) => {
      await log.write(tx, {
        kind: 'password_reset',
        facts: { name: 'Ada', url: 'https://llm.example/r' },
        to: 'ada@example.com',
        userUuid: null,
        locale: 'en',
      });
      throw new Error('rolled back');
    })
    .catch(() => undefined);
  expect(await sender().sendDue()).toBe(0);
});

it('a 4xx is tried again later, a 5xx is final and can be sent again by hand; both in the server’s words', async () => {
  await write('ada@example.com');
  smtp.answers.push(451, 550);
  await sender().sendDue();
  expect(await row()).toMatchObject({ state: 'queued', lastError: expect.stringContaining('not today') });
  expect(await sender().sendDue()).toBe(0);
  await makeDue();
  await sender().sendDue();
  const failed = await row();
  expect(failed).toMatchObject({ state: 'failed', attempts: 2, lastError: expect.stringContaining('550') });
  await transactions.run((tx) => log.retry(tx, { kind: 'system', id: 'test' }, failed.id));
  await sender().sendDue();
  expect(await row()).toMatchObject({ state: 'sent' });
  expect(smtp.taken).toHaveLength(1);
});

it('a server that cannot be reached, or does not know us, costs no mail', async () => {
  await write('ada@example.com');
  const nowhere = { ...settings, smtp: { ...settings.smtp!, url: 'smtp://127.0.0.1:1' } };
  await new MailSenderJob(new MailsRepository(pool), new MailTransport(nowhere), nowhere).sendDue();
  expect(await row()).toMatchObject({ state: 'queued', attempts: 1 });
});

it('a server that falls silent is given up on, and asked again later', async () => {
  await write('ada@example.com');
  smtp.answers.push('silence');
  const hasty = { ...settings, smtp: { ...settings.smtp!, silenceMs: 300 } };
  await new MailSenderJob(new MailsRepository(pool), new MailTransport(hasty), hasty).sendDue();
  expect(await row()).toMatchObject({ state: 'queued', attempts: 1, lastError: expect.any(String) });
});

it('two processes that send at once send each mail once', async () => {
  for (let i = 0; i < 30; i++) await write(`u${i}@example.com`);
  const both = [sender(), sender()];
  let sent = 1;
  while (sent > 0) {
    const counts = await Promise.all(both.map((job) => job.sendDue()));
    sent = counts.reduce((sum, count) => sum + count);
  }
  const recipients = smtp.taken.flatMap(({ to }) => to);
  expect(recipients).toHaveLength(30);
  expect(new Set(recipients).size).toBe(30);
});

it('a process that dies after the server took a mail repeats that one, and loses none', async () => {
  await write('ada@example.com');
  armFailpoints(() => {
    throw new Error('killed');
  });
  await expect(sender().sendDue()).rejects.toThrow('killed');
  armFailpoints(() => undefined);
  expect(await sender().sendDue()).toBe(0);
  await makeDue();
  await sender().sendDue();
  expect(smtp.taken).toHaveLength(2);
  expect(await row()).toMatchObject({ state: 'sent' });
});

it('without a mail server mails stay in the log', async () => {
  const unsent = logWith({ ...settings, smtp: undefined });
  await transactions.run((tx) =>
    unsent.write(tx, {
      kind: 'member_joined',
      facts: { accountName: 'A', memberName: 'B', role: 'admin' },
      to: 'ada@example.com',
      userUuid: null,
      locale: 'en',
    }),
  );
  expect(await row()).toMatchObject({ state: 'logged' });
  expect(await sender().sendDue()).toBe(0);
});

it('a mail with the same dedupe key is written once', async () => {
  expect(await Promise.all([write('a@example.com', 'k'), write('a@example.com', 'k')])).toEqual(
    expect.arrayContaining([true, false]),
  );
  expect((await log.list({ limit: 10 })).mails).toHaveLength(1);
});

it('a body that signs somebody in is shown only where that is allowed, and erased once its link has expired', async () => {
  await write('ada@example.com');
  const { id } = await row();
  expect(await log.show(id, { withSecrets: true })).toMatchObject({
    text: expect.stringContaining('token=t'),
  });
  expect(await log.show(id, { withSecrets: false })).toMatchObject({ text: null, html: null });
  await pool.query("UPDATE mails SET created_at = created_at - interval '8 days'");
  await new MailsRepository(pool).eraseSecrets(7 * 24);
  expect(await log.show(id, { withSecrets: true })).toMatchObject({ text: null, state: 'failed' });
});

it('pages of the log follow each other without a gap', async () => {
  for (let i = 0; i < 5; i++) await write('ada@example.com');
  const first = await log.list({ to: 'ADA@example.com', limit: 3 });
  const second = await log.list({ to: 'ada@example.com', limit: 3, before: first.next! });
  expect([...first.mails, ...second.mails].map(({ id }) => id)).toHaveLength(5);
  expect(second.next).toBeNull();
});
