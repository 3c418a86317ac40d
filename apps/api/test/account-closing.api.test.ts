import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClosingBooksService } from '#accounts';
import { AppModule } from '../src/app.module.js';
import { ApiHarness, type Holder, ONE_CONNECTION } from './api.harness.js';
import { tablesMentioning } from './database-state.js';
import { PASSWORD, type Visitor } from './visitor.js';

const NAME = 'Zelda Nowhere';
const CHAT = { model: 'llama3.2:3b', messages: [{ role: 'user', content: 'hello' }], max_tokens: 20 };

let api: ApiHarness;
/** The part of a process that comes back each minute, without its clock. */
let app: INestApplicationContext;
beforeAll(async () => {
  api = await ApiHarness.start({ environment: ONE_CONNECTION });
  app = await NestFactory.createApplicationContext(AppModule.forRoot(api.config), { logger: ['error'] });
});
beforeEach(() => api.sandbox.setScript(''));
afterAll(async () => {
  await app.close();
  await api.close();
});

const meOf = async (visitor: Visitor) => (await visitor.get('/api/dashboard/me')).json;
const uuidOf = (id: string) => id.slice(4).replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
const close = (visitor: Visitor, confirmName: string, password = PASSWORD) =>
  visitor.send('DELETE', '/api/dashboard/account', { body: { confirmName, password } });

async function holderOf(visitor: Visitor): Promise<Holder> {
  const { id } = (await meOf(visitor)).active;
  const { key, id: keyId } = (await visitor.post('/api/dashboard/keys', { name: 'first' })).json;
  return { accountId: id, accountUuid: uuidOf(id), keyId, key };
}

async function goTo(visitor: Visitor, accountId: string): Promise<void> {
  const { status } = await visitor.send('PUT', '/api/dashboard/active-account', { body: { accountId } });
  expect(status).toBe(204);
}

it('a closed account is refused, its credits expire by an entry, and its person is nowhere any more', async () => {
  const zelda = await api.signUp(undefined, NAME);
  const holder = await holderOf(zelda);
  const ben = await api.signUp();
  // All that keeps names and addresses: mails and alerts of both, invitations either way, a change of name.
  await zelda.send('PATCH', '/api/dashboard/me', { body: { name: `${NAME}!` } });
  await zelda.post('/api/dashboard/team/invitations', { email: ben.email, role: 'viewer' });
  const team = (await ben.post('/api/dashboard/accounts', { name: 'Team of Ben' })).json.id;
  await goTo(ben, team);
  const invited = await ben.post('/api/dashboard/team/invitations', {
    email: zelda.email,
    role: 'developer',
  });
  await zelda.post(`/api/dashboard/invitations/${invited.json.id}/accept`);
  await zelda.post('/api/dashboard/keys', { name: 'for the team' });
  await ben.post('/api/dashboard/team/invitations', { email: `x-${zelda.email}`, role: 'developer' });
  await goTo(zelda, holder.accountId);
  await zelda.post('/api/auth/request-password-reset', { email: zelda.email });
  expect((await api.chat(holder, CHAT)).status).toBe(200);
  expect(await tablesMentioning(api.pool, NAME)).not.toEqual([]);
  const { available } = await api.settledBooks(holder);

  expect((await close(zelda, 'Zelda')).json.error).toMatchObject({ param: 'confirmName' });
  expect((await close(zelda, NAME, 'not it, sorry')).json.error).toMatchObject({ param: 'password' });
  expect((await api.settledBooks(holder)).available).toBe(available);
  const closed = await close(zelda, NAME);
  expect([closed.status, closed.json]).toEqual([200, { state: 'closed' }]);

  expect((await zelda.get('/api/dashboard/me')).status).toBe(401);
  const again = await zelda.post('/api/auth/sign-in/email', { email: zelda.email, password: PASSWORD });
  const unknown = await zelda.post('/api/auth/sign-in/email', {
    email: 'no@example.com',
    password: PASSWORD,
  });
  expect([again.status, again.text]).toEqual([unknown.status, unknown.text]);
  expect((await api.chat(holder, CHAT)).status).toBe(401);
  expect(await api.entries(holder, 'expire')).toBe(available);
  expect(await api.books(holder)).toMatchObject({ available: 0, held: 0 });
  expect(await api.usage(holder)).toHaveLength(1);
  expect(await tablesMentioning(api.pool, NAME)).toEqual([]);
  // The invitation to another address that contains hers is another person's.
  await api.pool.query('DELETE FROM invitations WHERE email = $1', [`x-${zelda.email}`]);
  await api.pool.query('DELETE FROM mails WHERE recipient = $1', [`x-${zelda.email}`]);
  expect(await tablesMentioning(api.pool, zelda.email)).toEqual([]);
  expect((await ben.get('/api/dashboard/team')).json.members).toHaveLength(1);
  expect((await ben.get('/api/dashboard/alerts')).text).toContain('Deleted');

  const back = await api.signUp(zelda.email, 'Zelda');
  expect((await back.get('/api/dashboard/balance')).json.available).toBe(0);
  expect(await api.differences()).toEqual([]);
});

it('requests in flight end first: they are served and charged, and what is left expires after them', async () => {
  const ada = await api.signUp(undefined, 'Ada in flight');
  const holder = await holderOf(ada);
  api.sandbox.setScript('tokens=20; ms=60');
  const inFlight = api.openChat(holder, { ...CHAT, stream: true });
  await inFlight.until('data:');
  expect((await close(ada, 'Ada in flight')).json).toEqual({ state: 'closing' });
  expect((await ada.get('/api/dashboard/me')).status).toBe(401);
  expect((await inFlight.ended).text).toContain('[DONE]');
  const { available } = await api.settledBooks(holder);
  expect(available).toBeGreaterThan(0);
  expect(await api.entries(holder, 'expire')).toBe(0);
  await app.get(ClosingBooksService).finishAll();
  await app.get(ClosingBooksService).finishAll();
  expect(await api.entries(holder, 'expire')).toBe(available);
  expect(await api.entries(holder, 'charge')).toBeGreaterThan(0);
  expect(await api.differences()).toEqual([]);
});

it('a team is closed by an owner, and its members are in their own accounts again', async () => {
  const [ada, ben] = [await api.signUp(), await api.signUp()];
  const team = (await ada.post('/api/dashboard/accounts', { name: 'Short-lived' })).json.id;
  await goTo(ada, team);
  const invited = await ada.post('/api/dashboard/team/invitations', { email: ben.email, role: 'admin' });
  await ben.post(`/api/dashboard/invitations/${invited.json.id}/accept`);
  expect((await close(ben, 'Short-lived')).status).toBe(403);
  expect((await close(ada, 'Short-lived')).json).toEqual({ state: 'closed' });
  for (const visitor of [ada, ben]) {
    const me = await meOf(visitor);
    expect(me.accounts).toHaveLength(1);
    expect(me.active.kind).toBe('personal');
    const back = await visitor.send('PUT', '/api/dashboard/active-account', { body: { accountId: team } });
    expect(back.status).toBe(404);
  }
});

it('nobody goes while a team has no other owner, also when that one leaves at the same time', async () => {
  const ada = await api.signUp(undefined, 'Ada the owner');
  const ben = await api.signUp();
  const personal = (await meOf(ada)).active.id;
  const team = (await ada.post('/api/dashboard/accounts', { name: 'Two owners' })).json.id;
  const refused = await close(ada, 'Ada the owner');
  expect([refused.status, refused.json.error.message]).toEqual([409, expect.stringContaining('Two owners')]);
  await goTo(ada, team);
  const invited = await ada.post('/api/dashboard/team/invitations', { email: ben.email, role: 'owner' });
  await ben.post(`/api/dashboard/invitations/${invited.json.id}/accept`);
  await goTo(ada, personal);

  const leaving = await api.pool.connect();
  await leaving.query('BEGIN');
  await leaving.query('SELECT 1 FROM accounts WHERE id = $1 FOR NO KEY UPDATE', [uuidOf(team)]);
  await leaving.query(
    'DELETE FROM members WHERE account_id = $1 AND user_id = (SELECT id FROM users WHERE email = $2)',
    [uuidOf(team), ben.email],
  );
  const closing = close(ada, 'Ada the owner');
  const isWaiting = async () =>
    (
      await api.pool.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      )
    ).rows.length > 0;
  while (!(await isWaiting())) await new Promise((done) => setImmediate(done));
  await leaving.query('COMMIT');
  leaving.release();
  expect((await closing).status).toBe(409);
  expect((await meOf(ada)).accounts).toHaveLength(2);
});
