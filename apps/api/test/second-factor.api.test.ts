import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { ApiHarness, ONE_CONNECTION } from './api.harness.js';
import type { Answer } from './http-call.js';
import { mailsTo } from './mailbox.js';
import { totpCode } from './totp.js';
import { PASSWORD, Visitor } from './visitor.js';

let api: ApiHarness;
let ada: Visitor;
let uri: string;
let backupCodes: string[];
beforeAll(async () => {
  api = await ApiHarness.start({ apis: 2, environment: ONE_CONNECTION });
});
beforeEach(async () => {
  ada = await api.signUp();
  const enabling = await ada.post('/api/auth/two-factor/enable', { password: PASSWORD });
  uri = enabling.json.totpURI;
  backupCodes = enabling.json.backupCodes;
});
afterAll(() => api.close());

const codeOf = ({ status, json }: Answer) => `${status} ${json?.error?.code ?? ''}`.trim();
const verify = (visitor: Visitor, code: string, number = 0) =>
  visitor.send('POST', '/api/auth/two-factor/verify-totp', { body: { code }, number });
const useBackup = (visitor: Visitor, code: string, number = 0) =>
  visitor.send('POST', '/api/auth/two-factor/verify-backup-code', { body: { code }, number });
const isIn = async (visitor: Visitor) => (await visitor.get('/api/dashboard/me')).status === 200;

/** Somebody who knows the password and has come to the second question. */
async function halfIn(): Promise<Visitor> {
  const visitor = api.visitor(ada.email);
  const answer = await visitor.post('/api/auth/sign-in/email', { email: ada.email, password: PASSWORD });
  expect(answer.json).toEqual({ twoFactorRedirect: true, twoFactorMethods: ['totp'] });
  expect(await isIn(visitor)).toBe(false);
  return visitor;
}
const turnOn = async () => expect(codeOf(await verify(ada, totpCode(uri)))).toBe('200');

it('is off until a code was right, on from then on, and whoever it is for is told both ways', async () => {
  const plain = api.visitor(ada.email);
  await plain.post('/api/auth/sign-in/email', { email: ada.email, password: PASSWORD });
  expect(await isIn(plain)).toBe(true);
  expect(codeOf(await verify(ada, '000000'))).toBe('401 invalid_code');
  await turnOn();
  expect((await ada.get('/api/dashboard/me')).json.user.twoFactorEnabled).toBe(true);
  await halfIn();
  expect(codeOf(await ada.post('/api/auth/two-factor/disable', { password: 'not this one' }))).toMatch('400');
  expect(codeOf(await ada.post('/api/auth/two-factor/disable', { password: PASSWORD }))).toBe('200');
  expect((await ada.get('/api/dashboard/me')).json.user.twoFactorEnabled).toBe(false);
  const mails = await mailsTo(api, ada.email, 'two_factor_changed');
  expect(mails.map(({ subject }) => subject)).toEqual([
    expect.stringMatching(/is on$/),
    expect.stringMatching(/is off$/),
  ]);
});

it('leaves whoever switches it on or off in the account they are in', async () => {
  const { id } = (await ada.post('/api/dashboard/accounts', { name: 'A team' })).json;
  await ada.send('PUT', '/api/dashboard/active-account', { body: { accountId: id } });
  const active = async () => (await ada.get('/api/dashboard/me')).json.active.id;
  await turnOn();
  expect(await active()).toBe(id);
  await ada.post('/api/auth/two-factor/disable', { password: PASSWORD });
  expect(await active()).toBe(id);
  const passwords = { currentPassword: PASSWORD, newPassword: 'a new and better one' };
  expect(codeOf(await ada.post('/api/auth/change-password', passwords))).toBe('200');
  expect(await active()).toBe(id);
});

it('the password alone opens nothing, a code signs in once, and the same code nobody again', async () => {
  await turnOn();
  const [first, second, third] = [await halfIn(), await halfIn(), await halfIn()];
  for (const path of ['/api/dashboard/keys', '/api/dashboard/balance', '/api/auth/list-sessions']) {
    expect((await first.get(path)).status).toBe(401);
  }
  expect(codeOf(await verify(first, '000000'))).toBe('401 invalid_code');
  // The next step's code: what turned it on is not asked of anybody twice.
  const code = totpCode(uri, 1);
  const answers = await Promise.all(
    [first, second, third].map((visitor, number) => verify(visitor, code, number)),
  );
  expect(answers.map(codeOf).sort()).toEqual(['200', '401 invalid_code', '401 invalid_code']);
  const inside = await Promise.all([first, second, third].map(isIn));
  expect(inside.filter(Boolean)).toHaveLength(1);
  expect(answers.every(({ text }) => !text.includes('token'))).toBe(true);
  const { rows } = await api.pool.query(
    'SELECT count(*)::int AS n FROM sessions WHERE user_id = (SELECT id FROM users WHERE email = $1)',
    [ada.email],
  );
  expect(rows[0].n).toBe(2);
});

it('a backup code signs in once, over two processes; new ones end the old', async () => {
  await turnOn();
  expect(backupCodes).toHaveLength(10);
  const people = [await halfIn(), await halfIn(), await halfIn()];
  const answers = await Promise.all(
    people.map((visitor, number) => useBackup(visitor, backupCodes[0]!, number)),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect((await Promise.all(people.map(isIn))).filter(Boolean)).toHaveLength(1);
  expect(codeOf(await useBackup(await halfIn(), backupCodes[0]!))).toBe('401 invalid_backup_code');
  const made = await ada.post('/api/auth/two-factor/generate-backup-codes', { password: PASSWORD });
  expect(made.json.backupCodes).toHaveLength(10);
  expect(codeOf(await useBackup(await halfIn(), backupCodes[1]!))).toBe('401 invalid_backup_code');
  expect(codeOf(await useBackup(await halfIn(), made.json.backupCodes[1]))).toBe('200');
});

it('codes cannot be guessed: five wrong ones end the attempt, and the eleventh in a minute is refused', async () => {
  await turnOn();
  const thief = await halfIn();
  const refusals: string[] = [];
  for (let i = 0; i < 6; i++) refusals.push(codeOf(await verify(thief, String(i).padStart(6, '0'), i)));
  expect(refusals.slice(0, 5)).toEqual(Array(5).fill('401 invalid_code'));
  expect(refusals[5]).toMatch(/^(400|401) /);
  expect(codeOf(await verify(thief, totpCode(uri, 1)))).toMatch(/^(400|401) /);
  expect(await isIn(thief)).toBe(false);
});

it('no browser is trusted to come without it next time', async () => {
  await turnOn();
  const visitor = await halfIn();
  const body = { code: backupCodes[2], trustDevice: true };
  expect((await visitor.post('/api/auth/two-factor/verify-backup-code', body)).status).toBe(200);
  await visitor.post('/api/auth/sign-out');
  const answer = await visitor.post('/api/auth/sign-in/email', { email: ada.email, password: PASSWORD });
  expect(answer.json.twoFactorRedirect).toBe(true);
});
