import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ApiHarness } from './api.harness.js';
import { PASSWORD, type Visitor, verificationToken } from './visitor.js';

let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.start();
});
afterAll(() => api.close());

const me = async (visitor: Visitor) => (await visitor.get('/api/dashboard/me')).json;

/** The code an authenticator app shows now (RFC 6238: SHA-1, six digits, 30 seconds). */
function codeOf(totpUri: string): string {
  const secret = new URL(totpUri).searchParams.get('secret')!;
  const bits = [...secret].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  const key = Buffer.from(
    bits
      .join('')
      .match(/.{8}/g)!
      .map((byte) => Number.parseInt(byte, 2)),
  );
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const at = digest[19]! & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

it('an address changes by its password and a link to the new one, and the person signs in with it', async () => {
  const ada = await api.signUp();
  const newEmail = `new-${ada.email}`;
  const change = (password?: string) => ada.post('/api/auth/change-email', { newEmail, password });
  expect((await change()).json.error).toMatchObject({ code: 'invalid_value', param: 'password' });
  expect((await change('wrong password')).status).toBe(400);
  expect((await api.visitor().post('/api/auth/change-email', { newEmail, password: PASSWORD })).status).toBe(
    401,
  );
  expect((await change(PASSWORD)).status).toBe(200);
  const { rows } = await api.pool.query('SELECT recipient, kind FROM mails ORDER BY id DESC LIMIT 1');
  expect(rows).toEqual([{ recipient: newEmail, kind: expect.stringMatching(/address/) }]);
  expect((await me(ada)).user.email).toBe(ada.email);
  const userUuid = (await api.pool.query('SELECT id FROM users WHERE email = $1', [ada.email])).rows[0].id;
  const token = verificationToken(api.config.secrets.auth, {
    email: ada.email,
    updateTo: newEmail,
    requestType: 'change-email-verification',
    userId: userUuid,
  });
  const followed = await api.visitor().get(`/api/auth/verify-email?token=${token}&callbackURL=%2Fverified`);
  expect(followed.headers.location).toBe('/verified?changed');
  expect((await me(ada)).user.email).toBe(newEmail);
  const again = await api.visitor().post('/api/auth/sign-in/email', { email: newEmail, password: PASSWORD });
  expect(again.status).toBe(200);
});

it('a changed password leaves the person in the account they were in', async () => {
  const ada = await api.signUp();
  const { id } = (await ada.post('/api/dashboard/accounts', { name: 'Engines' })).json;
  await ada.send('PUT', '/api/dashboard/active-account', { body: { accountId: id } });
  await ada.post('/api/auth/change-password', {
    currentPassword: PASSWORD,
    newPassword: 'a new and better one',
  });
  expect((await me(ada)).active.id).toBe(id);
});

it('two-factor: set up with a code, asked for at sign-in, a backup code works once, and it can be turned off', async () => {
  const ada = await api.signUp();
  const enabled = await ada.post('/api/auth/two-factor/enable', { password: PASSWORD });
  expect([enabled.status, enabled.json.backupCodes.length]).toEqual([200, 10]);
  expect((await me(ada)).user.twoFactorEnabled).toBe(false);
  expect((await ada.post('/api/auth/two-factor/verify-totp', { code: '000000' })).json.error.code).toBe(
    'invalid_code',
  );
  const code = codeOf(enabled.json.totpURI);
  expect((await ada.post('/api/auth/two-factor/verify-totp', { code })).status).toBe(200);
  expect((await me(ada)).user.twoFactorEnabled).toBe(true);

  const signIn = async () => {
    const phone = api.visitor(ada.email);
    const first = await phone.post('/api/auth/sign-in/email', { email: ada.email, password: PASSWORD });
    expect(first.json).toMatchObject({ twoFactorRedirect: true });
    expect((await phone.get('/api/dashboard/me')).status).toBe(401);
    return phone;
  };
  const backup = { code: enabled.json.backupCodes[0] };
  const phone = await signIn();
  expect((await phone.post('/api/auth/two-factor/verify-backup-code', backup)).status).toBe(200);
  expect((await me(phone)).user.email).toBe(ada.email);
  const later = await signIn();
  expect((await later.post('/api/auth/two-factor/verify-backup-code', backup)).json.error.code).toBe(
    'invalid_backup_code',
  );

  expect((await ada.post('/api/auth/two-factor/disable', { password: 'wrong password' })).status).toBe(400);
  expect((await ada.post('/api/auth/two-factor/disable', { password: PASSWORD })).status).toBe(200);
  expect((await me(ada)).user.twoFactorEnabled).toBe(false);
});

it('sessions are listed with their client and can be ended one by one or all but this one', async () => {
  const ada = await api.signUp();
  const [phone, tablet] = [api.visitor(ada.email), api.visitor(ada.email)];
  for (const one of [phone, tablet])
    await one.post('/api/auth/sign-in/email', { email: ada.email, password: PASSWORD });
  const list = (await ada.get('/api/auth/list-sessions')).json as { token: string; ipAddress: string }[];
  expect(list.map(({ ipAddress }) => ipAddress).sort()).toEqual(
    [ada, phone, tablet].map((one) => one.address).sort(),
  );
  const { session } = (await ada.get('/api/auth/get-session')).json;
  expect(list.map(({ token }) => token)).toContain(session.token);
  const token = list.find((one) => one.ipAddress === phone.address)!.token;
  expect((await ada.post('/api/auth/revoke-session', { token })).status).toBe(200);
  expect([
    (await phone.get('/api/dashboard/me')).status,
    (await tablet.get('/api/dashboard/me')).status,
  ]).toEqual([401, 200]);
  await ada.post('/api/auth/revoke-other-sessions');
  expect([
    (await ada.get('/api/dashboard/me')).status,
    (await tablet.get('/api/dashboard/me')).status,
  ]).toEqual([200, 401]);
});
