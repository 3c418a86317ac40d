import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ApiHarness } from './api.harness.js';
import type { Visitor } from './visitor.js';

let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.start();
});
afterAll(() => api.close());

const me = async (visitor: Visitor) => (await visitor.get('/api/dashboard/me')).json;
const team = async (visitor: Visitor) => (await visitor.get('/api/dashboard/team')).json;

/** A team account of hers, active in her session. */
async function openTeam(ada: Visitor, name = 'Engines'): Promise<string> {
  const { id } = (await ada.post('/api/dashboard/accounts', { name })).json;
  await ada.send('PUT', '/api/dashboard/active-account', { body: { accountId: id } });
  return id;
}

async function invite(by: Visitor, email: string, role = 'developer'): Promise<string> {
  const answer = await by.post('/api/dashboard/team/invitations', { email, role });
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.json.id;
}

it('an invitation is announced to its addressee, who joins with its role and is in the account at once', async () => {
  const [ada, bob] = [await api.signUp(), await api.signUp()];
  const accountId = await openTeam(ada);
  const id = await invite(ada, bob.email.toUpperCase());
  expect((await me(bob)).invitations).toEqual([{ id, accountName: 'Engines', inviterName: 'Ada' }]);
  expect((await bob.get(`/api/dashboard/invitations/${id}`)).json).toMatchObject({
    state: 'open',
    accountName: 'Engines',
    role: 'developer',
  });
  expect((await bob.post(`/api/dashboard/invitations/${id}/accept`)).json).toEqual({ accountId });
  const after = await me(bob);
  expect(after.invitations).toEqual([]);
  expect(after.active).toMatchObject({ id: accountId, role: 'developer' });
  expect((await team(ada)).members.map((one: { role: string }) => one.role)).toEqual(['owner', 'developer']);
});

it('nobody but its addressee learns that an invitation exists', async () => {
  const [ada, bob, eve] = [await api.signUp(), await api.signUp(), await api.signUp()];
  await openTeam(ada);
  const id = await invite(ada, bob.email);
  const missing = 'inv_0197f0c2000070008000000000000000';
  for (const path of ['', '/accept', '/decline']) {
    const method = path === '' ? 'GET' : 'POST';
    const foreign = await eve.send(method, `/api/dashboard/invitations/${id}${path}`);
    const none = await eve.send(method, `/api/dashboard/invitations/${missing}${path}`);
    expect([foreign.status, foreign.text]).toEqual([404, none.text]);
  }
  expect((await team(ada)).members).toHaveLength(1);
});

it('an invitation that was withdrawn, declined or has expired says so and lets nobody in', async () => {
  const [ada, bob] = [await api.signUp(), await api.signUp()];
  await openTeam(ada);
  const withdrawn = await invite(ada, bob.email);
  await ada.send('DELETE', `/api/dashboard/team/invitations/${withdrawn}`);
  const declined = await invite(ada, bob.email);
  await bob.post(`/api/dashboard/invitations/${declined}/decline`);
  expect((await team(ada)).invitations).toMatchObject([{ id: declined, state: 'declined' }]);
  const expired = await invite(ada, bob.email);
  await api.pool.query(
    `UPDATE invitations SET expires_at = app_now() - interval '1 hour' WHERE status = 'pending'`,
  );
  expect((await team(ada)).invitations).toMatchObject([{ id: expired, state: 'expired' }]);
  for (const [id, state] of Object.entries({
    [withdrawn]: 'withdrawn',
    [declined]: 'declined',
    [expired]: 'expired',
  })) {
    expect((await bob.get(`/api/dashboard/invitations/${id}`)).json.state).toBe(state);
    expect((await bob.post(`/api/dashboard/invitations/${id}/accept`)).status).toBe(409);
    expect((await bob.post(`/api/dashboard/invitations/${id}/decline`)).status).toBe(409);
  }
  expect((await team(ada)).members).toHaveLength(1);
});

it('an account keeps its last owner, who may leave once there is another', async () => {
  const [ada, bob] = [await api.signUp(), await api.signUp()];
  await openTeam(ada);
  const { user } = await me(ada);
  const own = `/api/dashboard/team/members/${user.id}`;
  expect((await ada.send('DELETE', own)).status).toBe(409);
  expect((await ada.send('PATCH', own, { body: { role: 'viewer' } })).status).toBe(409);
  await bob.post(`/api/dashboard/invitations/${await invite(ada, bob.email, 'owner')}/accept`);
  expect((await ada.send('DELETE', own)).status).toBe(204);
  expect((await me(ada)).active.kind).toBe('personal');
});

it('a personal account has one owner for good, since closing it takes its person along', async () => {
  const [ada, bob] = [await api.signUp(), await api.signUp()];
  const asOwner = await ada.post('/api/dashboard/team/invitations', { email: bob.email, role: 'owner' });
  expect([asOwner.status, asOwner.json.error.code]).toEqual([409, 'conflict']);
  await bob.post(`/api/dashboard/invitations/${await invite(ada, bob.email, 'admin')}/accept`);
  const { user } = await me(bob);
  const raised = await ada.send('PATCH', `/api/dashboard/team/members/${user.id}`, {
    body: { role: 'owner' },
  });
  expect([raised.status, raised.json.error.code]).toEqual([409, 'conflict']);
});

it('a team that is closed leaves its people where they were, and says whether its books had to wait', async () => {
  const ada = await api.signUp();
  const accountId = await openTeam(ada, 'Short lived');
  const close = async (confirmName: string, password: string) =>
    ada.send('DELETE', '/api/dashboard/account', { body: { confirmName, password } });
  expect((await close('Short', 'correct horse battery')).status).toBe(400);
  expect((await close('Short lived', 'wrong password')).status).toBe(400);
  const closed = await close('Short lived', 'correct horse battery');
  expect([closed.status, closed.text]).toEqual([200, '{"state":"closed"}']);
  const { accounts, active } = await me(ada);
  expect(accounts.map((one: { id: string }) => one.id)).not.toContain(accountId);
  expect(active.kind).toBe('personal');
});

it('usage names keys for every role that sees it, and no key of another account', async () => {
  const [ada, bob] = [await api.signUp(), await api.signUp()];
  await openTeam(ada);
  const { id } = (await ada.post('/api/dashboard/keys', { name: 'Night build' })).json;
  await ada.send('DELETE', `/api/dashboard/keys/${id}`);
  const names = async (visitor: Visitor) => (await visitor.get('/api/dashboard/keys/names')).json.data;
  expect(await names(bob)).toEqual([]);
  await bob.post(`/api/dashboard/invitations/${await invite(ada, bob.email, 'billing')}/accept`);
  expect(await names(bob)).toEqual([{ id, name: 'Night build', display: expect.any(String) }]);
});
