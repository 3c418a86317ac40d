import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiHarness, ONE_CONNECTION } from './api.harness.js';
import type { Answer, Json } from './http-call.js';
import { linkTo, mailsTo } from './mailbox.js';
import type { Visitor } from './visitor.js';

let api: ApiHarness;
/** Who they are stays from test to test; which teams they are in does not matter to the next one. */
let ada: Visitor;
let ben: Visitor;
let eve: Visitor;
let mallory: Visitor;
let teams = 0;
beforeAll(async () => {
  api = await ApiHarness.start({ apis: 2, environment: ONE_CONNECTION });
  [ada, ben, eve, mallory] = (await Promise.all(Array.from({ length: 4 }, () => api.signUp()))) as [
    Visitor,
    Visitor,
    Visitor,
    Visitor,
  ];
});
afterAll(() => api.close());

const codeOf = ({ status, json }: Answer) => `${status} ${json?.error?.code ?? ''}`.trim();
const meOf = async (visitor: Visitor) => (await visitor.get('/api/dashboard/me')).json;
const teamOf = async (visitor: Visitor) => (await visitor.get('/api/dashboard/team')).json;
const invite = (ada: Visitor, email: string, role = 'developer') =>
  ada.post('/api/dashboard/team/invitations', { email, role });
const accept = (visitor: Visitor, id: string, number?: number) =>
  visitor.send('POST', `/api/dashboard/invitations/${id}/accept`, {
    body: {},
    ...(number === undefined ? {} : { number }),
  });
const setRole = (visitor: Visitor, userId: string, role: string) =>
  visitor.send('PATCH', `/api/dashboard/team/members/${userId}`, { body: { role } });
const remove = (visitor: Visitor, userId: string, number = 0) =>
  visitor.send('DELETE', `/api/dashboard/team/members/${userId}`, { number });

/** A new team of Ada's, with Ben and Eve in these roles, who are there now. Its name. */
async function team(...roles: string[]): Promise<string> {
  teams += 1;
  const name = `Rocket works ${teams}`;
  const { id } = (await ada.post('/api/dashboard/accounts', { name })).json;
  await ada.send('PUT', '/api/dashboard/active-account', { body: { accountId: id } });
  for (const [index, role] of roles.entries()) {
    const visitor = [ben, eve][index]!;
    const invited = await invite(ada, visitor.email, role);
    expect(codeOf(await accept(visitor, invited.json.id))).toBe('200');
  }
  return name;
}

const namesOf = (me: Json): string[] => me.accounts.map((account: Json) => account.name);
/** The UUID behind an id. */
const uuidOf = (id: string) => id.slice(4).replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
const idOf = async (visitor: Visitor): Promise<string> => (await meOf(visitor)).user.id;

describe('an invitation', () => {
  it('is a mail before the answer, shows its addressee who asks them into what, and is accepted once', async () => {
    const name = await team();
    const { status, json } = await invite(ada, ` ${ben.email.toUpperCase()} `, 'billing');
    expect(status).toBe(201);
    expect(await linkTo(api, ben.email, 'invitation')).toBe(`/invitation/${json.id}`);
    expect((await mailsTo(api, ben.email, 'invitation')).at(-1)!.text).toContain(name);
    expect((await teamOf(ada)).invitations).toMatchObject([
      { id: json.id, email: ben.email, role: 'billing' },
    ]);
    const shown = await ben.get(`/api/dashboard/invitations/${json.id}`);
    expect(shown.json).toMatchObject({ accountName: name, inviterName: 'Ada', role: 'billing' });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, number) => accept(ben, json.id, number)),
    );
    expect(answers.map(codeOf).sort()).toEqual(['200', ...Array(9).fill('409 conflict')]);
    expect((await meOf(ben)).active).toMatchObject({ name, role: 'billing' });
    expect((await teamOf(ada)).invitations).toEqual([]);
    expect((await teamOf(ada)).members).toHaveLength(2);
    expect(await mailsTo(api, ada.email, 'member_joined')).toHaveLength(1);
    expect(codeOf(await accept(ben, json.id))).toBe('409 conflict');
  });

  it('is its addressee’s: for anybody else, and before they verified their address, there is none', async () => {
    await team();
    const { id } = (await invite(ada, `${Math.random()}@example.com`)).json;
    const missing = await mallory.get('/api/dashboard/invitations/inv_0197f0c2000070008000000000000000');
    for (const visitor of [mallory, ada]) {
      const foreign = await visitor.get(`/api/dashboard/invitations/${id}`);
      expect([foreign.status, foreign.text]).toEqual([404, missing.text]);
      expect(codeOf(await accept(visitor, id))).toBe('404 not_found');
      expect(codeOf(await visitor.post(`/api/dashboard/invitations/${id}/decline`))).toBe('404 not_found');
    }
    const mine = (await invite(ada, ben.email)).json.id;
    await api.pool.query('UPDATE users SET email_verified = false WHERE email = $1', [ben.email]);
    expect(codeOf(await accept(ben, mine))).toBe('404 not_found');
    await api.pool.query('UPDATE users SET email_verified = true WHERE email = $1', [ben.email]);
    expect((await teamOf(ada)).members).toHaveLength(1);
  });

  it('that was declined, withdrawn, replaced or is a week old opens nothing any more', async () => {
    const name = await team();
    const next = async () => (await invite(ada, ben.email)).json.id as string;
    const declined = await next();
    expect((await ben.post(`/api/dashboard/invitations/${declined}/decline`)).status).toBe(204);
    const withdrawn = await next();
    expect((await ada.send('DELETE', `/api/dashboard/team/invitations/${withdrawn}`)).status).toBe(204);
    const replaced = await next();
    const old = await next();
    await api.pool.query(`UPDATE invitations SET expires_at = app_now() WHERE id = $1`, [uuidOf(old)]);
    for (const id of [declined, withdrawn, replaced, old]) {
      expect(codeOf(await accept(ben, id))).toBe('409 conflict');
      expect(codeOf(await ada.send('DELETE', `/api/dashboard/team/invitations/${id}`))).toBe('404 not_found');
    }
    expect((await teamOf(ada)).members).toHaveLength(1);
    expect(namesOf(await meOf(ben))).not.toContain(name);
  });

  it('is refused for a member, for nobody’s address, and as an owner unless by an owner', async () => {
    await team('admin');
    expect(codeOf(await invite(ada, ben.email.toUpperCase()))).toBe('409 conflict');
    expect(codeOf(await invite(ada, 'nobody'))).toBe('400 invalid_value');
    expect(codeOf(await invite(ada, 'a@example.com', 'operator'))).toBe('400 invalid_value');
    expect(codeOf(await invite(ben, 'a@example.com', 'owner'))).toBe('403 right_missing');
    expect(codeOf(await invite(ben, 'a@example.com', 'admin'))).toBe('201');
    expect(codeOf(await invite(ada, 'b@example.com', 'owner'))).toBe('201');
  });

  it('accepted and withdrawn at one time ends one way', async () => {
    await team();
    for (let round = 0; round < 5; round++) {
      const { id } = (await invite(ada, ben.email)).json;
      const [accepted, withdrawn] = await Promise.all([
        accept(ben, id, 1),
        ada.send('DELETE', `/api/dashboard/team/invitations/${id}`),
      ]);
      expect([accepted.status, withdrawn.status]).toEqual(accepted.status === 200 ? [200, 404] : [409, 204]);
      expect((await teamOf(ada)).members).toHaveLength(accepted.status === 200 ? 2 : 1);
      if (accepted.status === 200) await remove(ada, await idOf(ben));
    }
  });
});

describe('a role', () => {
  it('counts from the next request on, in every process', async () => {
    await team('viewer');
    const makeKey = () => ben.send('POST', '/api/dashboard/keys', { body: { name: 'k' }, number: 1 });
    expect(codeOf(await makeKey())).toBe('403 right_missing');
    expect((await setRole(ada, await idOf(ben), 'developer')).status).toBe(204);
    expect(codeOf(await makeKey())).toBe('201');
    expect((await setRole(ada, await idOf(ben), 'billing')).status).toBe(204);
    expect(codeOf(await makeKey())).toBe('403 right_missing');
  });

  it('of an owner is an owner’s to give and to take', async () => {
    const name = await team('admin', 'viewer');
    expect(codeOf(await setRole(ben, await idOf(eve), 'owner'))).toBe('403 right_missing');
    expect(codeOf(await setRole(ben, await idOf(ben), 'owner'))).toBe('403 right_missing');
    expect(codeOf(await setRole(ben, await idOf(ada), 'viewer'))).toBe('403 right_missing');
    expect(codeOf(await remove(ben, await idOf(ada)))).toBe('403 right_missing');
    expect((await setRole(ada, await idOf(eve), 'owner')).status).toBe(204);
    expect((await setRole(eve, await idOf(ada), 'viewer')).status).toBe(204);
    expect((await meOf(ada)).active).toMatchObject({ name, role: 'viewer' });
  });
});

describe('the last owner', () => {
  it('neither leaves nor becomes less', async () => {
    await team('admin');
    const me = await idOf(ada);
    expect(codeOf(await remove(ada, me))).toBe('409 conflict');
    expect(codeOf(await setRole(ada, me, 'admin'))).toBe('409 conflict');
    expect((await meOf(ada)).active.role).toBe('owner');
  });

  it('of two who leave at one time, over two processes, one stays', async () => {
    for (let round = 0; round < 5; round++) {
      await team('owner');
      const [adaId, benId] = [await idOf(ada), await idOf(ben)];
      const leaving = await Promise.all([remove(ada, adaId, 0), remove(ben, benId, 1)]);
      expect(leaving.map(codeOf).sort()).toEqual(['204', '409 conflict']);
    }
  });

  it('of two who take each other’s role at one time, one stays', async () => {
    for (let round = 0; round < 5; round++) {
      await team('owner');
      const [adaId, benId] = [await idOf(ada), await idOf(ben)];
      const taken = await Promise.all([
        ada.send('PATCH', `/api/dashboard/team/members/${benId}`, { body: { role: 'viewer' }, number: 0 }),
        ben.send('PATCH', `/api/dashboard/team/members/${adaId}`, { body: { role: 'viewer' }, number: 1 }),
      ]);
      expect(taken.filter(({ status }) => status === 204)).toHaveLength(1);
      const roles = [(await meOf(ada)).active.role, (await meOf(ben)).active.role];
      expect(roles.sort()).toEqual(['owner', 'viewer']);
    }
  });
});

describe('whoever left or was removed', () => {
  it('is out with the next request in every process, and in their own account instead', async () => {
    const name = await team('developer', 'viewer');
    const { id } = (await meOf(ben)).active;
    expect((await remove(ada, await idOf(ben))).status).toBe(204);
    expect((await remove(eve, await idOf(eve))).status).toBe(204);
    for (const number of [0, 1]) {
      for (const visitor of [ben, eve]) {
        const { json } = await visitor.send('GET', '/api/dashboard/me', { number });
        expect(namesOf(json)).not.toContain(name);
        expect(json.active).toMatchObject({ kind: 'personal', role: 'owner' });
        const back = await visitor.send('PUT', '/api/dashboard/active-account', {
          body: { accountId: id },
          number,
        });
        expect(codeOf(back)).toBe('404 not_found');
      }
    }
    expect((await teamOf(ada)).members).toHaveLength(1);
    expect(codeOf(await remove(ada, await idOf(ben)))).toBe('404 not_found');
  });

  it('does nothing with a role that was taken while their request waited', async () => {
    await team('admin');
    const accountUuid = uuidOf((await meOf(ben)).active.id);
    const ownerId = await idOf(ada);
    const client = await api.pool.connect();
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM accounts WHERE id = $1 FOR NO KEY UPDATE', [accountUuid]);
    const inviting = invite(ben, mallory.email, 'admin');
    const removing = remove(ben, ownerId, 1);
    const waiting = async () =>
      (
        await api.pool.query(
          `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        )
      ).rows[0].n;
    while ((await waiting()) < 2) await new Promise((done) => setImmediate(done));
    await client.query('DELETE FROM members WHERE account_id = $1 AND role = $2', [accountUuid, 'admin']);
    await client.query('COMMIT');
    client.release();
    expect(codeOf(await inviting)).toBe('404 not_found');
    expect(codeOf(await removing)).toBe('404 not_found');
    expect(await teamOf(ada)).toMatchObject({ members: [{ isYou: true }], invitations: [] });
  });
});
