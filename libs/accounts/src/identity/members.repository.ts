import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { type AccountId, idFromUuid } from '#common';
import { PG_POOL } from '#database';
import type { MemberRole } from '../auth-roles.js';

/** An account as one of its members sees it in a list. */
export interface Membership {
  accountId: AccountId;
  accountUuid: string;
  name: string;
  kind: 'personal' | 'team';
  role: MemberRole;
  suspendedAt: Date | null;
  createdAt: Date;
}

interface Row {
  id: string;
  name: string;
  kind: 'personal' | 'team';
  role: MemberRole;
  suspended_at: Date | null;
  created_at: Date;
}

const SELECT = `
  SELECT accounts.id, accounts.name, kind, members.role, suspended_at, accounts.created_at
  FROM members JOIN accounts ON accounts.id = members.account_id
  WHERE members.user_id = $1 AND closing_at IS NULL`;

/** Which accounts a person is a member of. Read from the database each time: who was removed is out at once. */
@Injectable()
export class MembersRepository {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /** The account the session chose while the person is a member of it, else their oldest membership. */
  async active(userUuid: string, chosenUuid: string | null): Promise<Membership | undefined> {
    const { rows } = await this.pool.query<Row>({
      name: 'active-member',
      text: `${SELECT} ORDER BY (members.account_id = $2) DESC NULLS LAST, members.id LIMIT 1`,
      values: [userUuid, chosenUuid],
    });
    return rows[0] && membershipOf(rows[0]);
  }

  /** Oldest first; a person is in few accounts, and a list has an end. */
  async of(userUuid: string): Promise<Membership[]> {
    const { rows } = await this.pool.query<Row>(`${SELECT} ORDER BY members.id LIMIT 500`, [userUuid]);
    return rows.map(membershipOf);
  }
}

function membershipOf(row: Row): Membership {
  return {
    accountId: idFromUuid('account', row.id),
    accountUuid: row.id,
    name: row.name,
    kind: row.kind,
    role: row.role,
    suspendedAt: row.suspended_at,
    createdAt: row.created_at,
  };
}
