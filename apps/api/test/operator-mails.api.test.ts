import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiHarness } from './api.harness.js';
import type { Visitor } from './visitor.js';

/** Nothing listens there: what is queued stays so. */
const SMTP = { SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'LLM <hello@llm.example>' };

interface Mail {
  to: string;
  kind?: string;
  state?: 'queued' | 'sent' | 'failed' | 'logged';
  isSecret?: boolean;
  text?: string | null;
}

let api: ApiHarness;
let operator: Visitor;

beforeAll(async () => {
  api = await ApiHarness.start({ environment: SMTP });
  operator = await operatorOf(api);
});
afterAll(() => api.close());

async function operatorOf(harness: ApiHarness): Promise<Visitor> {
  const visitor = await harness.signUp();
  await harness.pool.query(`UPDATE users SET role = 'operator' WHERE email = $1`, [visitor.email]);
  return visitor;
}

async function insert(harness: ApiHarness, mail: Mail): Promise<string> {
  const { isSecret = false, kind = 'low_balance', state = 'sent', text = 'a link', to } = mail;
  const { rows } = await harness.pool.query(
    `INSERT INTO mails (recipient, kind, locale, subject, text_body, html_body, is_secret, state, attempts)
     VALUES ($1, $2, 'ar', 'About it', $3::text, '<p>' || $3::text || '</p>', $4, $5, 11) RETURNING id`,
    [to, kind, text, isSecret, state],
  );
  return `mail_${rows[0].id.replaceAll('-', '')}`;
}

const list = async (query: string) => (await operator.get(`/api/operator/mails?${query}`)).json;
const ids = async (query: string) => (await list(query)).data.map(({ id }: { id: string }) => id);

describe('the list', () => {
  it('filters by how the address begins, by kind and by state, and pages newest first', async () => {
    const mails = [
      await insert(api, { to: 'filter-a@example.com' }),
      await insert(api, { to: 'filter-a@example.com', kind: 'key_created', state: 'failed' }),
      await insert(api, { to: 'filter-ab@example.com', kind: 'key_created', state: 'logged' }),
    ].reverse();
    const [newest, middle, oldest] = mails;
    expect(await ids('to=FILTER-a')).toEqual(mails);
    expect(await ids('to=filter-a%40example.com')).toEqual([middle, oldest]);
    expect(await ids('to=filter&kind=key_created')).toEqual([newest, middle]);
    expect(await ids('to=filter&kind=key_created&state=failed')).toEqual([middle]);
    expect(await ids('to=filter-%25')).toEqual([]);
    const first = await list('to=filter&limit=2');
    expect(first).toMatchObject({ data: [{ id: newest }, { id: middle }], isSending: true });
    expect(await list(`to=filter&limit=2&cursor=${first.next}`)).toMatchObject({
      data: [{ id: oldest, to: 'filter-a@example.com', locale: 'ar', attempts: 11, subject: 'About it' }],
      next: null,
    });
    expect(JSON.stringify(first)).not.toContain('a link');
  });

  it.each(['kind=nonsense', 'state=open', 'cursor=1', 'limit=0', 'limit=201', 'limit=x'])(
    'refuses %s',
    async (query) => {
      const { json, status } = await operator.get(`/api/operator/mails?${query}`);
      expect([status, json.error.param]).toEqual([400, query.split('=')[0]]);
    },
  );
});

it('a mail is shown as it was written, in evaluation also one that signs somebody in', async () => {
  const id = await insert(api, { to: 'a@example.com', isSecret: true });
  const { json } = await operator.get(`/api/operator/mails/${id}`);
  expect(json).toMatchObject({ id, html: '<p>a link</p>', text: 'a link', withheld: null });
  const erased = await insert(api, { to: 'a@example.com', isSecret: true, text: null });
  expect((await operator.get(`/api/operator/mails/${erased}`)).json).toMatchObject({
    html: null,
    text: null,
    withheld: 'erased',
  });
});

it('a mail that failed is queued again, once; one that did not fail or has no body is not', async () => {
  const retry = (id: string) => operator.post(`/api/operator/mails/${id}/retry`);
  const failed = await insert(api, { to: 'a@example.com', state: 'failed' });
  expect((await retry(failed)).status).toBe(204);
  expect((await operator.get(`/api/operator/mails/${failed}`)).json).toMatchObject({ state: 'queued' });
  expect((await retry(failed)).json.error.code).toBe('invalid_value');
  for (const mail of [{ state: 'sent' }, { state: 'failed', text: null }] as const) {
    const { json, status } = await retry(await insert(api, { to: 'a@example.com', ...mail }));
    expect([status, json.error.code]).toEqual([400, 'invalid_value']);
  }
  const { rows } = await api.pool.query(`SELECT subject FROM audit_log WHERE action = 'mail.retry'`);
  expect(rows).toEqual([{ subject: failed }]);
});

it('to everybody else the log is not there', async () => {
  const id = await insert(api, { to: 'a@example.com', state: 'failed' });
  for (const visitor of [api.visitor(), await api.signUp()]) {
    for (const path of ['', `/${id}`]) {
      expect((await visitor.get(`/api/operator/mails${path}`)).status).toBe(404);
    }
    expect((await visitor.post(`/api/operator/mails/${id}/retry`)).status).toBe(404);
  }
  expect((await operator.get(`/api/operator/mails/${id}`)).json.state).toBe('failed');
});

it('in production a mail that signs somebody in is its addressee’s alone', async () => {
  const production = await ApiHarness.start({
    environment: { MODE: 'production', PUBLIC_URL: 'http://localhost:3000' },
  });
  try {
    const visitor = await operatorOf(production);
    await production.pool.query('UPDATE users SET two_factor_enabled = true WHERE email = $1', [
      visitor.email,
    ]);
    const secret = await insert(production, { to: 'a@example.com', isSecret: true });
    const plain = await insert(production, { to: 'a@example.com' });
    const show = async (id: string) => (await visitor.get(`/api/operator/mails/${id}`)).json;
    expect(await show(secret)).toMatchObject({ html: null, text: null, withheld: 'secret' });
    expect(await show(plain)).toMatchObject({ text: 'a link', withheld: null });
  } finally {
    await production.close();
  }
});
