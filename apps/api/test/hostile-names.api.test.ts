import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { ApiHarness, ONE_CONNECTION } from './api.harness.js';
import type { Answer } from './http-call.js';
import { PASSWORD, type Visitor } from './visitor.js';

/** Names that a browser, a spreadsheet or a mail server could take for something else. Each is a lawful name. */
const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(document.domain)</script>',
  "'-alert(1)-'",
  '{{constructor.constructor("alert(1)")()}}',
  '=HYPERLINK("https://evil.example","x")',
  '+1+1|cmd',
  '@SUM(A1:A9)',
  '=?utf-8?Q?Bcc:_victim=40example.com?=',
  'Ada <victim@example.com>, <b@example.com>',
  'https://evil.example/win www.evil.example',
  '\u202etxt.exe',
  'javascript:alert(1)',
];
/** Names that are none. */
const REFUSED = ['', '   ', 'Ada\r\nBcc: victim@example.com', 'Ada\nX: y', 'a\u0000b', 'x'.repeat(101)];

let api: ApiHarness;
let smtp: SMTPServer;
const taken: { to: string[]; mail: ParsedMail; raw: string }[] = [];
beforeAll(async () => {
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString();
        simpleParser(raw).then((mail) => {
          taken.push({ to: session.envelope.rcptTo.map(({ address }) => address), mail, raw });
          done();
        }, done);
      });
    },
  });
  await new Promise<void>((listening) => {
    smtp.listen(0, '127.0.0.1', listening);
  });
  const { port } = smtp.server.address() as AddressInfo;
  api = await ApiHarness.start({
    environment: {
      ...ONE_CONNECTION,
      SMTP_URL: `smtp://127.0.0.1:${port}`,
      MAIL_FROM: 'Us <us@example.com>',
    },
  });
});
afterAll(async () => {
  await api.close();
  await new Promise<void>((done) => {
    smtp.close(done);
  });
});

function expectJson(answer: Answer, status: number): void {
  expect([answer.status, answer.text]).toEqual([status, answer.text]);
  if (answer.text === '') return;
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
}

async function called(name: string): Promise<Visitor> {
  const visitor = api.visitor();
  const form = { email: visitor.email, name, password: PASSWORD };
  expectJson(await visitor.post('/api/auth/sign-up/email', form), 200);
  await visitor.get(api.verificationPath(visitor.email));
  expectJson(await visitor.post('/api/auth/sign-in/email', form), 200);
  return visitor;
}

it('names in every place come back as they are, as JSON, and are inert in every mail that is sent', async () => {
  const ben = await api.signUp();
  for (const name of HOSTILE) {
    const ada = await called(name);
    const made = (await ada.post('/api/dashboard/accounts', { name })).json;
    await ada.send('PUT', '/api/dashboard/active-account', { body: { accountId: made.id } });
    const key = await ada.post('/api/dashboard/keys', { name });
    expectJson(key, 201);
    expect(key.json).toMatchObject({ name, createdBy: name });
    expectJson(await ada.send('PATCH', `/api/dashboard/keys/${key.json.id}`, { body: { name } }), 200);
    expectJson(await ada.send('PATCH', '/api/dashboard/account', { body: { name } }), 204);
    const invited = await ada.post('/api/dashboard/team/invitations', { email: ben.email, role: 'viewer' });
    expectJson(await ben.get(`/api/dashboard/invitations/${invited.json.id}`), 200);
    expectJson(await ben.post(`/api/dashboard/invitations/${invited.json.id}/accept`), 200);
    const me = await ada.get('/api/dashboard/me');
    expect(me.json).toMatchObject({ user: { name }, active: { name } });
    expectJson(await ada.get('/api/dashboard/alerts'), 200);
    expect((await ada.get('/api/dashboard/team')).json.members[0].name).toBe(name);
    expect((await ada.get('/api/dashboard/usage.csv')).text.split('\r\n')).toHaveLength(2);
  }
  const waiting = async () =>
    (await api.pool.query(`SELECT count(*)::int AS n FROM mails WHERE state = 'queued'`)).rows[0].n;
  while ((await waiting()) > 0) await new Promise((done) => setTimeout(done, 50));

  // Verification, invitation, key made, member joined: of each person, and Ben's own.
  expect(taken.length).toBeGreaterThanOrEqual(HOSTILE.length * 4);
  for (const { to, mail, raw } of taken) {
    expect(to).toHaveLength(1);
    expect(to[0]).toMatch(/^[0-9a-f-]{36}@example\.com$/);
    expect([mail.to].flat()).toHaveLength(1);
    expect([mail.cc, mail.bcc]).toEqual([undefined, undefined]);
    expect(mail.from?.text).toBe('"Us" <us@example.com>');
    expect(mail.subject).not.toMatch(/[\r\n\u202e]|:\/\/|www\./);
    const head = raw.slice(0, raw.indexOf('\r\n\r\n'));
    expect(head).not.toMatch(/^(bcc|cc|x-|x:)/im);
    expect(String(mail.html)).not.toMatch(/<(img|script|iframe|svg)\b/i);
    const links = [...String(mail.html).matchAll(/(?:href|src)="([^"]*)"/g)].map((match) => match[1]!);
    for (const link of links) expect(link.startsWith(api.config.publicUrl)).toBe(true);
    expect(mail.text).not.toMatch(/https:\/\/evil|www\.evil/);
  }
});

it('what is no name is refused everywhere, before anything is written or sent', async () => {
  const ada = await api.signUp();
  for (const name of REFUSED) {
    const visitor = api.visitor();
    const form = { email: visitor.email, name, password: PASSWORD };
    const answers = [
      await visitor.post('/api/auth/sign-up/email', form),
      await ada.post('/api/dashboard/accounts', { name }),
      await ada.send('PATCH', '/api/dashboard/me', { body: { name } }),
      await ada.send('PATCH', '/api/dashboard/account', { body: { name } }),
      await ada.post('/api/dashboard/keys', { name }),
    ];
    expect([name, answers.map(({ status }) => status)]).toEqual([name, [400, 400, 400, 400, 400]]);
    const { rows } = await api.pool.query('SELECT 1 FROM users WHERE email = $1', [visitor.email]);
    expect(rows).toEqual([]);
  }
  for (const email of [
    'a@example.com\r\nBcc: b@example.com',
    'a@example.com,b@example.com',
    '<a@example.com>',
  ]) {
    const invited = await ada.post('/api/dashboard/team/invitations', { email, role: 'viewer' });
    expect([email, invited.status]).toEqual([email, 400]);
  }
  expect((await ada.get('/api/dashboard/me')).json.user.name).toBe('Ada');
});
