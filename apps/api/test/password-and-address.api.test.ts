import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApiHarness, ONE_CONNECTION } from './api.harness.js';
import type { Answer } from './http-call.js';
import { linkTo, mailsTo } from './mailbox.js';
import { PASSWORD, type Visitor } from './visitor.js';

const NEW_PASSWORD = 'a new and better one';

let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.start({ apis: 2, environment: ONE_CONNECTION });
});
afterAll(() => api.close());

const codeOf = ({ status, json }: Answer) => `${status} ${json?.error?.code ?? ''}`.trim();
const isIn = async (visitor: Visitor) => (await visitor.get('/api/dashboard/me')).status === 200;

/** A browser of the same person, after a try to sign in. */
async function signIn(email: string, password = PASSWORD): Promise<Visitor> {
  const visitor = api.visitor(email);
  await visitor.post('/api/auth/sign-in/email', { email, password });
  return visitor;
}

/** The token in the newest mail with a link to set a password. */
async function resetToken(email: string): Promise<string> {
  await api.visitor().post('/api/auth/request-password-reset', { email });
  const link = await linkTo(api, email, 'password_reset');
  return new URL(link, api.config.publicUrl).searchParams.get('token')!;
}

const reset = (token: string, newPassword = NEW_PASSWORD, number = 0) =>
  api.visitor().send('POST', '/api/auth/reset-password', { body: { token, newPassword }, number });

describe('a password reset', () => {
  it('works once of ten at one time, over two processes, ends every session, and is told', async () => {
    const ada = await api.signUp();
    const phone = await signIn(ada.email);
    const token = await resetToken(ada.email);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, number) => reset(token, `${NEW_PASSWORD} ${number}`, number)),
    );
    expect(answers.map(codeOf).sort()).toEqual(['200', ...Array(9).fill('400 invalid_token')]);
    expect([await isIn(ada), await isIn(phone)]).toEqual([false, false]);
    const winner = answers.findIndex(({ status }) => status === 200);
    for (let number = 0; number < 3; number++) {
      const password = `${NEW_PASSWORD} ${(winner + number) % 10}`;
      expect(await isIn(await signIn(ada.email, password))).toBe(number === 0);
    }
    expect(await isIn(await signIn(ada.email))).toBe(false);
    expect(codeOf(await reset(token))).toBe('400 invalid_token');
    expect(await mailsTo(api, ada.email, 'password_changed')).toHaveLength(1);
  });

  it('that is an hour old, or for a weak password, changes nothing', async () => {
    const ada = await api.signUp();
    const token = await resetToken(ada.email);
    expect(codeOf(await reset(token, 'short'))).toBe('400 password_too_short');
    expect(codeOf(await reset(token, 'x'.repeat(129)))).toBe('400 password_too_long');
    await api.pool.query(`UPDATE verifications SET expires_at = now() WHERE identifier LIKE '%' || $1`, [
      token,
    ]);
    expect(codeOf(await reset(token))).toBe('400 invalid_token');
    expect(await isIn(ada)).toBe(true);
    expect(await isIn(await signIn(ada.email))).toBe(true);
  });

  it('is asked for without a word on whether the address is known, in the answer or its time', async () => {
    const ada = await api.signUp();
    const ask = async (email: string) => {
      const startedAt = performance.now();
      const { status, text } = await api.visitor().post('/api/auth/request-password-reset', { email });
      return { told: [status, text], ms: performance.now() - startedAt };
    };
    const known = [await ask(ada.email), await ask(ada.email)];
    const unknown = [await ask('nobody1@example.com'), await ask('nobody2@example.com')];
    for (const { told, ms } of [...known, ...unknown]) {
      expect(told).toEqual(known[0]!.told);
      expect(ms).toBeGreaterThanOrEqual(299);
    }
    expect(await mailsTo(api, 'nobody1@example.com')).toEqual([]);
    expect(await mailsTo(api, ada.email, 'password_reset')).toHaveLength(2);
  });
});

describe('a change of address', () => {
  it('is confirmed at the new one, told to the old one, and signs in with the new one only', async () => {
    const ada = await api.signUp();
    const newEmail = `New.${ada.email}`;
    const address = newEmail.toLowerCase();
    const asked = await ada.post('/api/auth/change-email', { newEmail, password: PASSWORD });
    expect([asked.status, asked.json]).toEqual([200, { status: true }]);
    expect((await ada.get('/api/dashboard/me')).json.user.email).toBe(ada.email);
    const link = await linkTo(api, address, 'address_change');
    const followed = await Promise.all(
      Array.from({ length: 5 }, (_, number) => api.visitor().send('GET', link, { number })),
    );
    expect(followed.every(({ headers }) => String(headers.location).startsWith('/verified'))).toBe(true);
    await api.visitor().get(link);
    expect((await ada.get('/api/dashboard/me')).json.user).toMatchObject({
      email: address,
      emailVerified: true,
    });
    const told = await mailsTo(api, ada.email, 'address_changed');
    expect(told).toHaveLength(1);
    expect(told[0]!.text).toContain(address);
    expect(await isIn(await signIn(ada.email))).toBe(false);
    expect(await isIn(await signIn(address))).toBe(true);
    expect((await ada.get('/api/dashboard/balance')).json.available).toBe(1_000);
  });

  it('to an address that is taken answers like any other and changes nothing, also when it is taken later', async () => {
    const [ada, ben] = [await api.signUp(), await api.signUp()];
    const free = `free-${ada.email}`;
    const [taken, other] = [
      await ada.post('/api/auth/change-email', { newEmail: ben.email, password: PASSWORD }),
      await ada.post('/api/auth/change-email', { newEmail: free, password: PASSWORD }),
    ];
    expect([taken.status, taken.text]).toEqual([other.status, other.text]);
    expect(await mailsTo(api, ben.email, 'address_change')).toEqual([]);
    const eve = await api.signUp(free);
    const said = jest.spyOn(console, 'error');
    const { status, headers } = await api.visitor().get(await linkTo(api, free, 'address_change'));
    expect([status, headers.location]).toEqual([302, expect.stringContaining('error=')]);
    expect(said).not.toHaveBeenCalled();
    said.mockRestore();
    expect((await ada.get('/api/dashboard/me')).json.user.email).toBe(ada.email);
    expect((await eve.get('/api/dashboard/me')).json.user.email).toBe(free);
  });

  it('ends links that were sent to the old one', async () => {
    const ada = await api.signUp();
    const token = await resetToken(ada.email);
    await ada.post('/api/auth/change-email', { newEmail: `moved-${ada.email}`, password: PASSWORD });
    await api.visitor().get(await linkTo(api, `moved-${ada.email}`, 'address_change'));
    expect(codeOf(await reset(token))).toBe('400 invalid_token');
    expect(await isIn(ada)).toBe(true);
  });
});

describe('a change of password', () => {
  it('needs the old one, ends the other sessions and those links that were under way, and is told', async () => {
    const ada = await api.signUp();
    const phone = await signIn(ada.email);
    const token = await resetToken(ada.email);
    const change = (currentPassword: string, newPassword = NEW_PASSWORD) =>
      ada.post('/api/auth/change-password', { currentPassword, newPassword, revokeOtherSessions: false });
    expect(codeOf(await change('not the old one'))).toBe('400 invalid_password');
    expect(codeOf(await change(PASSWORD, 'short'))).toBe('400 password_too_short');
    expect(await isIn(phone)).toBe(true);
    expect((await change(PASSWORD)).json).toEqual({ status: true });
    expect([await isIn(ada), await isIn(phone)]).toEqual([true, false]);
    expect(await isIn(await signIn(ada.email))).toBe(false);
    expect(await isIn(await signIn(ada.email, NEW_PASSWORD))).toBe(true);
    expect(codeOf(await reset(token, 'the thief’s password'))).toBe('400 invalid_token');
    expect(await mailsTo(api, ada.email, 'password_changed')).toHaveLength(1);
  });
});

describe('sessions', () => {
  it('are listed with whence they came, and end one by one or all others at once, in every process', async () => {
    const ada = await api.signUp();
    const [phone, tablet] = [await signIn(ada.email), await signIn(ada.email)];
    const { json } = await ada.get('/api/auth/list-sessions');
    expect(json).toHaveLength(3);
    const addresses = json.map((session: { ipAddress: string }) => session.ipAddress);
    expect(addresses.sort()).toEqual([ada.address, phone.address, tablet.address].sort());
    const { token } = json.find((session: { ipAddress: string }) => session.ipAddress === phone.address);
    expect((await ada.post('/api/auth/revoke-session', { token })).status).toBe(200);
    for (const number of [0, 1]) {
      const status = async (visitor: Visitor) =>
        (await visitor.send('GET', '/api/dashboard/me', { number })).status;
      expect([await status(phone), await status(tablet), await status(ada)]).toEqual([401, 200, 200]);
    }
    expect((await ada.post('/api/auth/revoke-other-sessions')).status).toBe(200);
    expect([await isIn(tablet), await isIn(ada)]).toEqual([false, true]);
  });

  it('from a browser and an address not seen before are told by mail, the first one ever is not', async () => {
    const ada = await api.signUp();
    expect(await mailsTo(api, ada.email, 'new_sign_in')).toEqual([]);
    const elsewhere = api.visitor(ada.email);
    await elsewhere.send('POST', '/api/auth/sign-in/email', {
      body: { email: ada.email, password: PASSWORD },
      headers: { 'user-agent': 'Strange/1.0\r\nX-Bad: 1'.replace(/\r\n/g, ' ') },
    });
    expect(await mailsTo(api, ada.email, 'new_sign_in')).toHaveLength(1);
  });
});

it('an address that is not confirmed signs nobody in; it is said to whoever knows the password only', async () => {
  const ada = api.visitor();
  await ada.post('/api/auth/sign-up/email', { email: ada.email, name: 'Ada', password: PASSWORD });
  const right = await ada.post('/api/auth/sign-in/email', { email: ada.email, password: PASSWORD });
  const wrong = await ada.post('/api/auth/sign-in/email', { email: ada.email, password: 'wrong password' });
  const unknown = await ada.post('/api/auth/sign-in/email', { email: 'no@example.com', password: PASSWORD });
  expect([codeOf(right), codeOf(wrong)]).toEqual(['403 email_not_verified', '401 invalid_email_or_password']);
  expect(unknown.text).toBe(wrong.text);
  expect(await isIn(ada)).toBe(false);
  expect((await mailsTo(api, ada.email, 'verification')).length).toBe(2);
});

it('a sign-up with a taken address takes as long as any other', async () => {
  const ada = await api.signUp();
  const msOf = async (email: string) => {
    const startedAt = performance.now();
    await api.visitor().post('/api/auth/sign-up/email', { email, name: 'M', password: PASSWORD });
    return performance.now() - startedAt;
  };
  // The least time covers both ways; what is above it is the machine's load.
  for (const email of [ada.email, `fresh-${ada.email}`])
    expect(await msOf(email)).toBeGreaterThanOrEqual(399);
  expect(await mailsTo(api, ada.email, 'account_exists')).toHaveLength(1);
});
