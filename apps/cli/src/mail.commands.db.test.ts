import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { startCommandLine, type TestCommandLine } from './command-line.harness.js';

let cli: TestCommandLine;
let secret: string;

beforeAll(async () => {
  cli = await startCommandLine();
  const client = new pg.Client({ connectionString: cli.url });
  await client.connect();
  const insert = (to: string, kind: string, isSecret: boolean) =>
    client.query(
      `INSERT INTO mails (recipient, kind, locale, subject, text_body, html_body, is_secret, state)
       VALUES ($1, $2, 'en', 'Subject', 'text of it', '<p>html of it</p>', $3, 'logged') RETURNING id`,
      [to, kind, isSecret],
    );
  await insert('ada@example.com', 'member_joined', false);
  const { rows } = await insert('bob@example.com', 'verification', true);
  secret = `mail_${(rows[0] as { id: string }).id.replaceAll('-', '')}`;
  await client.end();
});
afterAll(() => cli.drop());

it('mail list names mails newest first, to one address if asked', async () => {
  const all = await cli.json<Record<string, unknown>[]>('mail list');
  expect(all.map(({ to, kind, state }) => [to, kind, state])).toEqual([
    ['bob@example.com', 'verification', 'logged'],
    ['ada@example.com', 'member_joined', 'logged'],
  ]);
  expect(Object.keys(all[0]!)).toEqual(['id', 'to', 'kind', 'state', 'at']);
  expect(await cli.json('mail list --to ADA@example.com')).toHaveLength(1);
});

it('mail show prints a mail, in production without what signs somebody in', async () => {
  expect(await cli.json(`mail show ${secret}`)).toMatchObject({ subject: 'Subject', text: 'text of it' });
  const ran = await cli.run(['mail', 'show', secret], {
    environment: { ...cli.installation, MODE: 'production' },
  });
  expect(ran).toMatchObject({ exitCode: 0, output: expect.not.stringContaining('text of it') });
});

it.each(['mail show mail_1', `mail show mail_${'0'.repeat(32)}`])('%s fails in one line', async (line) => {
  expect(await cli.say(line)).toMatchObject({ exitCode: 1, output: '' });
});
