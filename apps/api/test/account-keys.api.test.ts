import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiHarness, bearer, ONE_CONNECTION } from './api.harness.js';
import type { Answer } from './http-call.js';
import { mailsTo } from './mailbox.js';
import type { Visitor } from './visitor.js';

/** A change reaches every process within this, as the design says. */
const FELT_MS = 1_000;
const CHAT = JSON.stringify({
  model: 'llama3.2:3b',
  messages: [{ role: 'user', content: 'hello' }],
  max_tokens: 5,
});

let api: ApiHarness;
let ada: Visitor;
beforeAll(async () => {
  api = await ApiHarness.start({ apis: 2, environment: ONE_CONNECTION });
});
beforeEach(async () => {
  ada = await api.signUp();
  await api.pool.query(
    `UPDATE accounts SET requests_per_minute = NULL WHERE id IN (
       SELECT account_id FROM members JOIN users ON users.id = user_id WHERE email = $1)`,
    [ada.email],
  );
});
afterAll(() => api.close());

const codeOf = ({ status, json }: Answer) => `${status} ${json?.error?.code ?? ''}`.trim();
const make = (body: object = { name: 'laptop' }) => ada.post('/api/dashboard/keys', body);
const change = (id: string, body: object) => ada.send('PATCH', `/api/dashboard/keys/${id}`, { body });
const rotate = (id: string, graceSeconds: number) =>
  ada.post(`/api/dashboard/keys/${id}/rotate`, { graceSeconds });
const revoke = (id: string) => ada.send('DELETE', `/api/dashboard/keys/${id}`);
const chat = (key: string, number = 0, body = CHAT) =>
  api.call({ method: 'POST', path: '/v1/chat/completions', headers: bearer(key), body, number });
const listed = async () => (await ada.get('/api/dashboard/keys')).json;

/** What the key gets in both processes, once it is `wanted`, which takes at most a second. */
async function feels(key: string, wanted: string, body = CHAT): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const told = await Promise.all([0, 1].map(async (number) => codeOf(await chat(key, number, body))));
    if (told.every((one) => one === wanted)) return;
    if (performance.now() - startedAt > 5 * FELT_MS) expect(told).toEqual([wanted, wanted]);
  }
}

describe('a key', () => {
  it('is shown once, works at once in every process, and is told to those who look after keys', async () => {
    const made = await make({ name: 'laptop', scopes: ['inference', 'account:read'] });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({
      name: 'laptop',
      scopes: ['inference', 'account:read'],
      createdBy: 'Ada',
      budget: null,
      allowedModels: null,
      rotatesAt: null,
    });
    expect(made.json.display.endsWith(made.json.key.slice(-4))).toBe(true);
    for (const number of [0, 1]) expect(codeOf(await chat(made.json.key, number))).toBe('200');
    const { rows } = await api.pool.query('SELECT to_jsonb(keys)::text AS text FROM keys WHERE name = $1', [
      'laptop',
    ]);
    for (const text of [JSON.stringify(await listed()), ...rows.map((row) => row.text)]) {
      expect(text).not.toContain(made.json.key);
    }
    expect(await mailsTo(api, ada.email, 'key_created')).toHaveLength(1);
    expect((await listed()).data[0]).toMatchObject({ id: made.json.id, lastUsedAt: null });
  });

  it('that asks for what cannot be is refused, and none is made', async () => {
    const refused: [object, string | null][] = [
      [{ name: '' }, 'name'],
      [{ name: 'a\nb' }, 'name'],
      [{ name: 'x', scopes: [] }, 'scopes'],
      [{ name: 'x', allowedModels: [] }, 'models'],
      [{ name: 'x', expiresAt: '2020-01-01T00:00:00Z' }, 'expires'],
      [{ name: 'x', budget: { credits: 0, reset: null } }, null],
      [{ name: 'x', budget: { credits: -1, reset: null } }, null],
      [{ name: 'x', budget: { credits: 0.0001, reset: null } }, null],
      [{ name: 'x', budget: { credits: 1e13, reset: null } }, null],
      [{ name: 'x', budget: { credits: '5', reset: null } }, null],
      [{ name: 'x', budget: { credits: 5, reset: 'hourly' } }, null],
      [{ name: 'x', scopes: ['operator'] }, null],
      [{ name: 'x', expiresAt: 'tomorrow' }, null],
      [{ name: 'x', accountId: 'acc_0197f0c2000070008000000000000000' }, null],
    ];
    for (const [body, param] of refused) {
      const { status, json } = await make(body);
      expect([body, status]).toEqual([body, 400]);
      if (param) expect([body, json.error.param]).toEqual([body, param]);
    }
    expect((await listed()).data).toEqual([]);
  });
});

describe('the number of keys', () => {
  it('is the plan’s, also for ten made at one time over two processes; a revoked one makes room', async () => {
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, number) =>
        ada.send('POST', '/api/dashboard/keys', { body: { name: `key ${number}` }, number }),
      ),
    );
    const { limit, data } = await listed();
    expect([limit, data.length]).toEqual([2, 2]);
    expect(made.map(codeOf).sort()).toEqual(['201', '201', ...Array(8).fill('409 limit_reached')]);
    expect((await revoke(data[0].id)).status).toBe(204);
    expect(codeOf(await make())).toBe('201');
    expect(codeOf(await make())).toBe('409 limit_reached');
    expect((await listed()).data).toHaveLength(3);
  });
});

describe('a change of a key', () => {
  it('is felt in every process within a second: its models, its budget, its end', async () => {
    const { id, key } = (await make()).json;
    await feels(key, '200');
    await change(id, { allowedModels: ['bge-m3'] });
    await feels(key, '403 model_not_allowed');
    await change(id, { allowedModels: null, budget: { credits: 0.001, reset: 'daily' } });
    await feels(key, '402 key_budget_exhausted');
    await change(id, { budget: null, name: 'other' });
    await feels(key, '200');
    const soon = new Date(Date.now() + 400).toISOString();
    expect(codeOf(await change(id, { expiresAt: soon }))).toBe('200');
    await feels(key, '401 invalid_api_key');
    await change(id, { expiresAt: null });
    await feels(key, '200');
    expect((await listed()).data[0]).toMatchObject({ name: 'other', budget: null, expiresAt: null });
  });

  it('leaves alone what it does not name, and scopes for the key’s life', async () => {
    const { id, key } = (await make({ name: 'a', budget: { credits: 5_000.5, reset: 'monthly' } })).json;
    expect((await change(id, { name: 'b' })).json).toMatchObject({
      name: 'b',
      budget: { credits: 5_000.5, reset: 'monthly' },
    });
    expect((await change(id, { scopes: ['account:read'] })).status).toBe(400);
    expect(codeOf(await change(id, { allowedModels: [] }))).toBe('400 invalid_value');
    expect((await listed()).data[0].scopes).toEqual(['inference']);
    await feels(key, '200');
  });
});

describe('a rotation', () => {
  it('gives a new secret at once; the old one works for the time of grace, and one before that no more', async () => {
    const first = (await make({ name: 'a', budget: { credits: 5_000, reset: null } })).json;
    await feels(first.key, '200');
    const second = (await rotate(first.id, 3_600)).json;
    expect(second).toMatchObject({ id: first.id, budget: { credits: 5_000, reset: null } });
    expect(Date.parse(second.rotatesAt) - Date.now()).toBeGreaterThan(3_500_000);
    await feels(second.key, '200');
    await feels(first.key, '200');
    const third = (await rotate(first.id, 3_600)).json;
    await feels(first.key, '401 invalid_api_key');
    await feels(second.key, '200');
    await feels(third.key, '200');
    await api.pool.query(`UPDATE keys SET previous_until = app_now() WHERE display = $1`, [third.display]);
    await rotate(first.id, 0);
    await feels(third.key, '401 invalid_api_key');
    await feels(second.key, '401 invalid_api_key');
    expect((await listed()).data).toHaveLength(1);
  });

  it('without grace ends the old one within a second, and grace has a most of seven days', async () => {
    const { id, key } = (await make()).json;
    await feels(key, '200');
    expect((await rotate(id, 604_801)).status).toBe(400);
    expect((await rotate(id, -1)).status).toBe(400);
    expect((await rotate(id, 0.5)).status).toBe(400);
    const next = (await rotate(id, 0)).json;
    await feels(key, '401 invalid_api_key');
    await feels(next.key, '200');
  });
});

describe('a revoked key', () => {
  it('is refused in every process within a second, with its secret before, and changes no more', async () => {
    const first = (await make()).json;
    const { id } = first;
    const second = (await rotate(id, 600)).json;
    await feels(first.key, '200');
    expect((await revoke(id)).status).toBe(204);
    await feels(first.key, '401 invalid_api_key');
    await feels(second.key, '401 invalid_api_key');
    expect((await revoke(id)).status).toBe(204);
    expect(codeOf(await change(id, { name: 'again' }))).toBe('409 conflict');
    expect(codeOf(await rotate(id, 60))).toBe('409 conflict');
    expect((await listed()).data[0]).toMatchObject({ id, revokedAt: expect.any(String) });
    expect(await mailsTo(api, ada.email, 'key_revoked')).toHaveLength(1);
  });
});
