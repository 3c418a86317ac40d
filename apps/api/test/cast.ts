import { randomBytes, randomUUID } from 'node:crypto';
import { type IdKind, idFromUuid, idToUuid, parseId } from '#common';
import { type ApiHarness, bearer, requestIdOf } from './api.harness.js';
import type { Thing } from './route-rows.js';
import type { Visitor } from './visitor.js';

const ROLES = { o: 'owner', a: 'admin', d: 'developer', b: 'billing', v: 'viewer' } as const;
type Letter = keyof typeof ROLES;

/** In every name of the foreign account: an answer that has it told what it must not. */
export const CANARY = 'canary';

/** An account with its people. */
export interface Company {
  /** Of its owner, its keys and its people. */
  name: string;
  accountUuid: string;
  owner: Visitor;
  ownerUuid: string;
  key: string;
  requestId: string;
}

/** Two accounts that know nothing of each other, one with a member of each role, and an operator. */
export class Cast {
  private constructor(
    private readonly api: ApiHarness,
    /** The account all calls are about, and its members by the first letter of their role. */
    readonly home: Company,
    readonly members: Record<Letter, Visitor>,
    readonly foreign: Company,
    readonly operator: Visitor,
    /** Which account each is in. */
    private readonly accountOf: Map<Visitor, string>,
  ) {}

  static async assemble(api: ApiHarness): Promise<Cast> {
    const [home, foreign] = [await company(api, 'home'), await company(api, CANARY)];
    const accountOf = new Map([
      [home.owner, home.accountUuid],
      [foreign.owner, foreign.accountUuid],
    ]);
    const members = { o: home.owner } as Record<Letter, Visitor>;
    for (const letter of ['a', 'd', 'b', 'v'] as const) {
      members[letter] = await api.signUp();
      await api.pool.query(
        `INSERT INTO members (account_id, user_id, role) SELECT $1, id, $3 FROM users WHERE email = $2`,
        [home.accountUuid, members[letter].email, ROLES[letter]],
      );
      accountOf.set(members[letter], home.accountUuid);
    }
    const operator = await api.signUp();
    await api.pool.query(`UPDATE users SET role = 'operator' WHERE email = $1`, [operator.email]);
    accountOf.set(operator, await accountUuidOf(operator));
    const cast = new Cast(api, home, members, foreign, operator, accountOf);
    await cast.takePlaces();
    return cast;
  }

  /** Everybody is in the account they belong to, also who has just joined another. */
  async takePlaces(): Promise<void> {
    for (const [visitor, accountUuid] of this.accountOf) {
      await this.api.pool.query(
        `UPDATE sessions SET active_account_id = $2
         WHERE user_id = (SELECT id FROM users WHERE email = $1) AND active_account_id IS DISTINCT FROM $2`,
        [visitor.email, accountUuid],
      );
    }
  }

  /** The id of a new thing of this account; of an invitation to `addressee` where that is what counts. */
  async make(of: Thing, { company, addressee }: { company: Company; addressee: Visitor }): Promise<string> {
    const { accountUuid, ownerUuid, name } = company;
    if (of === 'request') return company.requestId;
    if (of === 'account') return idFromUuid('account', this.accountOf.get(addressee) ?? accountUuid);
    const inserted = async (kind: IdKind, sql: string, values: unknown[]) =>
      idFromUuid(kind, (await this.api.pool.query(sql, values)).rows[0].id);
    if (of === 'key') {
      return inserted(
        'key',
        `INSERT INTO keys (account_id, name, hash, display, scopes, created_by)
         VALUES ($1, $2, $3, 'sk_…', '{inference}', 'test') RETURNING id`,
        [accountUuid, name, randomBytes(32)],
      );
    }
    if (of === 'user') {
      return inserted(
        'user',
        // With all that follows a verification behind them: the job of each minute would finish it in the midst of a test.
        `WITH person AS (INSERT INTO users (name, email, email_verified, verified_at) VALUES ($2, $3, true, app_now()) RETURNING id)
         INSERT INTO members (account_id, user_id, role) SELECT $1, id, 'viewer' FROM person RETURNING user_id AS id`,
        [accountUuid, name, `${name}-${randomUUID()}@example.com`],
      );
    }
    if (of === 'alert') {
      return inserted(
        'alert',
        `INSERT INTO alerts (account_id, kind, severity, params) VALUES ($1, 'low_balance', 'warn', '{}') RETURNING id`,
        [accountUuid],
      );
    }
    return inserted(
      'invitation',
      `INSERT INTO invitations (account_id, email, role, status, expires_at, inviter_id)
       VALUES ($1, $2, 'viewer', 'pending', app_now() + interval '1 day', $3) RETURNING id`,
      [accountUuid, of === 'mine' ? addressee.email : `${randomUUID()}@example.com`, ownerUuid],
    );
  }
}

/** Somebody with credits, no limits, a key and a request. */
async function company(api: ApiHarness, name: string): Promise<Company> {
  const owner = await api.signUp(`${name}-${randomUUID()}@example.com`, name);
  const accountUuid = await accountUuidOf(owner);
  await api.pool.query(
    'UPDATE accounts SET key_limit = NULL, requests_per_minute = NULL, in_flight_limit = NULL WHERE id = $1',
    [accountUuid],
  );
  const { key } = (await owner.post('/api/dashboard/keys', { name, scopes: ['inference', 'account:read'] }))
    .json;
  const chat = { model: 'llama3.2:3b', messages: [{ role: 'user', content: 'hello' }], max_tokens: 5 };
  const answer = await api.call({
    method: 'POST',
    path: '/v1/chat/completions',
    headers: bearer(key),
    body: JSON.stringify(chat),
  });
  const { rows } = await api.pool.query('SELECT id FROM users WHERE email = $1', [owner.email]);
  return { name, accountUuid, owner, ownerUuid: rows[0].id, key, requestId: requestIdOf(answer) };
}

async function accountUuidOf(visitor: Visitor): Promise<string> {
  const accountId = parseId('account', (await visitor.get('/api/dashboard/me')).json.active.id);
  if (!accountId) throw new Error(`${visitor.email} has no account`);
  return idToUuid(accountId);
}
