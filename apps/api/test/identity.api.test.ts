import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ApiHarness } from './api.harness.js';
import { PASSWORD, type Visitor } from './visitor.js';

let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.start({ apis: 2 });
});
afterAll(() => api.close());

const me = async (visitor: Visitor) => (await visitor.get('/api/dashboard/me')).json;

it('whoever signs up and verifies has an account of their own with books and the welcome credits, at once', async () => {
  const ada = await api.signUp();
  const { user, accounts, active } = await me(ada);
  expect(user).toMatchObject({ email: ada.email, emailVerified: true, isOperator: false });
  expect(accounts).toHaveLength(1);
  expect(active).toMatchObject({ kind: 'personal', role: 'owner', suspendedAt: null });
  expect(active.rights).toContain('account:delete');
  const balance = await ada.get('/api/dashboard/balance');
  expect([balance.status, balance.json.available]).toEqual([200, 1_000]);
  expect(balance.headers['cache-control']).toBe('no-store');
});

it('the welcome credits come once a person, whatever the case or, at Gmail, the dots', async () => {
  const first = await api.signUp('Jo.Doe+one@gmail.com');
  const second = await api.signUp('jodoe@googlemail.com');
  expect((await first.get('/api/dashboard/balance')).json.available).toBe(1_000);
  expect((await second.get('/api/dashboard/balance')).json.available).toBe(0);
});

it('a verification link followed fifty times at once verifies once', async () => {
  const ada = api.visitor();
  await ada.post('/api/auth/sign-up/email', { email: ada.email, name: 'Ada', password: PASSWORD });
  const path = api.verificationPath(ada.email);
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, number) => api.visitor().send('GET', path, { number })),
  );
  expect(new Set(answers.map((one) => one.headers.location))).toEqual(new Set(['/verified']));
  const { rows } = await api.pool.query(
    `SELECT count(*)::int AS count FROM audit_log JOIN users ON subject = 'usr_' || replace(users.id::text, '-', '')
     WHERE action = 'user.verify' AND email = $1`,
    [ada.email],
  );
  expect(rows[0].count).toBe(1);
  await ada.post('/api/auth/sign-in/email', { email: ada.email, password: PASSWORD });
  expect((await ada.get('/api/dashboard/balance')).json.available).toBe(1_000);
});

it('a sign-up with an address that is taken answers like any other', async () => {
  const ada = await api.signUp();
  const stranger = api.visitor(ada.email);
  const again = await stranger.post('/api/auth/sign-up/email', {
    email: ada.email,
    name: 'Mallory',
    password: 'another good password',
  });
  const fresh = api.visitor();
  const first = await fresh.post('/api/auth/sign-up/email', {
    email: fresh.email,
    name: 'Mallory',
    password: 'another good password',
  });
  expect([again.status, again.text]).toEqual([first.status, first.text]);
  expect((await me(ada)).user.name).toBe('Ada');
});

it('a session that was ended has ended in every process at once', async () => {
  const ada = await api.signUp();
  const thief = api.visitor(ada.email);
  for (const [name, value] of ada.cookies) thief.cookies.set(name, value);
  expect((await thief.send('GET', '/api/dashboard/me', { number: 1 })).status).toBe(200);
  await ada.post('/api/auth/sign-out');
  expect((await thief.send('GET', '/api/dashboard/me', { number: 1 })).status).toBe(401);
});

it('a changed password ends the other sessions', async () => {
  const ada = await api.signUp();
  const phone = api.visitor(ada.email);
  await phone.post('/api/auth/sign-in/email', { email: ada.email, password: PASSWORD });
  const changed = await ada.post('/api/auth/change-password', {
    currentPassword: PASSWORD,
    newPassword: 'a new and better one',
  });
  expect([changed.status, changed.json]).toEqual([200, { status: true }]);
  expect((await phone.get('/api/dashboard/me')).status).toBe(401);
  expect((await ada.get('/api/dashboard/me')).status).toBe(200);
});

it('an eleventh attempt in a minute is refused, over two processes, for an address and for a client', async () => {
  const ada = await api.signUp();
  const attempt = (visitor: Visitor, email: string, number: number) =>
    visitor.send('POST', '/api/auth/sign-in/email', { body: { email, password: 'wrong password' }, number });
  const byAddress: number[] = [];
  for (let i = 0; i < 24; i++) byAddress.push((await attempt(api.visitor(), ada.email, i)).status);
  // A minute may end between them, once.
  expect(byAddress.filter((status) => status === 429).length).toBeGreaterThanOrEqual(4);
  const client = api.visitor();
  const byClient = [];
  for (let i = 0; i < 24; i++) byClient.push(await attempt(client, `${i}@example.com`, i));
  const refused = byClient.filter((one) => one.status === 429);
  expect(refused.length).toBeGreaterThanOrEqual(4);
  expect(refused[0]!.json.error.code).toBe('rate_limit_exceeded');
  expect(Number(refused[0]!.headers['retry-after'])).toBeGreaterThan(0);
});

it('what is not open of the sign-in library is not there', async () => {
  const ada = await api.signUp();
  for (const path of [
    '/organization/create',
    '/admin/list-users',
    '/update-user',
    '/delete-user',
    '/sign-in/social',
    '/sign-up/email/',
    '//sign-out',
    '/Sign-Out',
    '/sign%2Dout',
    '/two-factor/send-otp',
    '/ok',
  ]) {
    const answer = await ada.post(`/api/auth${path}`);
    expect([path, answer.status]).toEqual([path, 404]);
  }
});

it('a write that another site made a browser send is refused', async () => {
  const ada = await api.signUp();
  for (const origin of ['https://evil.example', 'null', `${api.config.publicUrl}.evil.example`]) {
    for (const [method, path] of [
      ['POST', '/api/auth/sign-out'],
      ['POST', '/api/auth/sign-in/email'],
      ['POST', '/api/dashboard/keys'],
      ['PATCH', '/api/dashboard/me'],
    ] as const) {
      const answer = await ada.send(method, path, { headers: { origin }, body: {} });
      expect([path, answer.status, answer.json.error.code]).toEqual([path, 403, 'forged_origin']);
    }
  }
  expect((await ada.get('/api/dashboard/me')).status).toBe(200);
});
