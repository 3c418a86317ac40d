import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ApiHarness, ONE_CONNECTION } from './api.harness.js';
import type { Answer } from './http-call.js';
import { mailsTo } from './mailbox.js';
import { PASSWORD, type Visitor } from './visitor.js';

let api: ApiHarness;
/** Numbers of APIs with other settings than the first. */
let inviteOnly: number;
let closed: number;
let production: number;
beforeAll(async () => {
  api = await ApiHarness.start({ environment: ONE_CONNECTION });
  inviteOnly = await api.add({ SIGNUP: 'invite' });
  closed = await api.add({ SIGNUP: 'closed' });
  production = await api.add({ MODE: 'production', PUBLIC_URL: api.config.publicUrl });
});
afterAll(() => api.close());

const codeOf = ({ status, json }: Answer) => `${status} ${json?.error?.code ?? ''}`.trim();
const signUpAt = (number: number, visitor: Visitor, email = visitor.email) =>
  visitor.send('POST', '/api/auth/sign-up/email', {
    body: { email, name: 'Ben', password: PASSWORD },
    number,
  });
const usersWith = async (email: string) =>
  (await api.pool.query('SELECT 1 FROM users WHERE email = $1', [email.toLowerCase()])).rows.length;

it('a service that is closed takes nobody new, and lets in whoever is there', async () => {
  const ben = api.visitor();
  expect(codeOf(await signUpAt(closed, ben))).toBe('403 sign_up_closed');
  expect(await usersWith(ben.email)).toBe(0);
  const ada = await api.signUp();
  const known = api.visitor(ada.email);
  const body = { email: ada.email, password: PASSWORD };
  expect((await known.send('POST', '/api/auth/sign-in/email', { body, number: closed })).status).toBe(200);
  // Whether an address is known is not told by how a sign-up is refused.
  const [taken, fresh] = [
    await signUpAt(closed, api.visitor(), ada.email),
    await signUpAt(closed, api.visitor()),
  ];
  expect([taken.status, taken.text]).toEqual([fresh.status, fresh.text]);
});

it('a service by invitation takes whoever has one that is open, in any case of letters', async () => {
  const ada = await api.signUp();
  const ben = api.visitor();
  expect(codeOf(await signUpAt(inviteOnly, ben))).toBe('403 sign_up_closed');
  const invite = () => ada.post('/api/dashboard/team/invitations', { email: ben.email, role: 'viewer' });
  const { id } = (await invite()).json;
  await ada.send('DELETE', `/api/dashboard/team/invitations/${id}`);
  expect(codeOf(await signUpAt(inviteOnly, ben))).toBe('403 sign_up_closed');
  await invite();
  await api.pool.query('UPDATE invitations SET expires_at = app_now() WHERE email = $1', [ben.email]);
  expect(codeOf(await signUpAt(inviteOnly, ben))).toBe('403 sign_up_closed');
  expect(await usersWith(ben.email)).toBe(0);
  await invite();
  expect(codeOf(await signUpAt(inviteOnly, ben, ben.email.toUpperCase()))).toBe('200');
  expect(await usersWith(ben.email)).toBe(1);
  expect(await mailsTo(api, ben.email, 'verification')).toHaveLength(1);
});

it('in production an operator is asked for a second factor before anything of theirs opens', async () => {
  const operator = await api.signUp();
  await api.pool.query(`UPDATE users SET role = 'operator' WHERE email = $1`, [operator.email]);
  const needs = async (number: number) =>
    (await operator.send('GET', '/api/dashboard/me', { number })).json.user.operatorNeedsTwoFactor;
  const mails = async (number: number) =>
    codeOf(await operator.send('GET', '/api/operator/mails', { number }));
  expect([await needs(0), await needs(production)]).toEqual([false, true]);
  expect([await mails(0), await mails(production)]).toEqual(['200', '403 two_factor_required']);
  await api.pool.query('UPDATE users SET two_factor_enabled = true WHERE email = $1', [operator.email]);
  expect([await needs(production), await mails(production)]).toEqual([false, '200']);
});

it('a session’s cookie is for our own server’s eyes, and behind https for https alone', async () => {
  const ada = await api.signUp();
  const origin = 'https://api.example.com';
  const secure = await api.add({ PUBLIC_URL: origin });
  const body = { email: ada.email, password: PASSWORD };
  const cookieOf = async (number: number, headers: Record<string, string>) => {
    const answer = await api.visitor().send('POST', '/api/auth/sign-in/email', { body, number, headers });
    return [answer.headers['set-cookie'] ?? []].flat().find((cookie) => cookie.includes('session_token='))!;
  };
  const plain = await cookieOf(0, {});
  const guarded = await cookieOf(secure, { origin });
  for (const cookie of [plain, guarded]) expect(cookie).toMatch(/Path=\/; HttpOnly;.* SameSite=Lax/);
  expect(plain).not.toMatch(/Secure/);
  expect(guarded).toMatch(/^__Secure-.*Secure/);
});

it('a person’s welcome credits come once, whichever spelling of their address comes first or at the same time', async () => {
  const local = `jo.doe.${Date.now()}`;
  const spellings = [
    `${local}@gmail.com`,
    `${local.replaceAll('.', '')}@gmail.com`,
    `${local.toUpperCase()}+work@GMail.com`,
    `${local}+x+y@googlemail.com`,
  ];
  const people = await Promise.all(spellings.map((email) => api.signUp(email)));
  const balances = await Promise.all(
    people.map(async (one) => (await one.get('/api/dashboard/balance')).json.available),
  );
  expect(balances.sort()).toEqual([0, 0, 0, 1_000]);
  // Elsewhere dots and signs make another mailbox.
  const others = await Promise.all(
    ['a.b', 'ab', 'ab+c'].map((name) => api.signUp(`${name}@${Date.now()}.example`)),
  );
  for (const one of others) expect((await one.get('/api/dashboard/balance')).json.available).toBe(1_000);
});

it('what costs a mail or tests a password is limited to ten a minute, for an address and for a client', async () => {
  const ada = await api.signUp();
  /** 24 over two processes: of two minutes at most ten each pass. */
  const refused = async (path: string, body: (attempt: number) => object, visitorOf: () => Visitor) => {
    let count = 0;
    for (let attempt = 0; attempt < 24; attempt++) {
      const { status } = await visitorOf().send('POST', `/api/auth${path}`, {
        body: body(attempt),
        number: attempt % 2 ? closed : 0,
      });
      if (status === 429) count += 1;
    }
    return count;
  };
  const thief = api.visitor();
  const attempts: [string, Promise<number>][] = [
    [
      'reset for an address',
      refused(
        '/reset-password',
        () => ({ token: 'x', newPassword: PASSWORD }),
        () => thief,
      ),
    ],
    [
      'password',
      refused(
        '/change-password',
        () => ({ currentPassword: 'wrong one here', newPassword: PASSWORD }),
        () => ada,
      ),
    ],
    [
      'mails to one',
      refused(
        '/send-verification-email',
        () => ({ email: ada.email }),
        () => api.visitor(),
      ),
    ],
  ];
  for (const [name, count] of attempts) expect([name, (await count) >= 4]).toEqual([name, true]);
});
