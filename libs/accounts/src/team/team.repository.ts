import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL, type Tx } from '#database';
import type { MemberRole } from '../auth-roles.js';
import type { InvitationState } from './team.dto.js';

export interface InvitationRow {
  id: string;
  account_id: string;
  account_name: string;
  email: string;
  role: MemberRole;
  status: keyof typeof STATES;
  expires_at: Date;
  inviter_name: string;
  expired: boolean;
}

/** The sign-in library's words for what became of an invitation, and ours. */
const STATES = {
  pending: 'open',
  canceled: 'withdrawn',
  accepted: 'accepted',
  rejected: 'declined',
} as const satisfies Record<string, InvitationState>;

export function stateOf(row: Pick<InvitationRow, 'status' | 'expired'>): InvitationState {
  return row.status === 'pending' && row.expired ? 'expired' : STATES[row.status];
}

const INVITATION = `
  SELECT invitations.id, invitations.account_id, accounts.name AS account_name, invitations.email, invitations.role,
    invitations.status, invitations.expires_at, users.name AS inviter_name,
    invitations.expires_at <= app_now() AS expired
  FROM invitations JOIN accounts ON accounts.id = invitations.account_id
  JOIN users ON users.id = invitations.inviter_id`;

/** Members and invitations. Every change is made under the account's lock, so what is read in it stays true. */
@Injectable()
export class TeamRepository {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  async insertTeam(tx: Tx, account: { id: string; name: string; ownerUuid: string }): Promise<void> {
    await tx.query(`INSERT INTO accounts (id, name, slug, kind) VALUES ($1, $2, $3, 'team')`, [
      account.id,
      account.name,
      account.id.replaceAll('-', ''),
    ]);
    await this.addMember(tx, { accountUuid: account.id, userUuid: account.ownerUuid, role: 'owner' });
  }

  /** False when the person is a member already. */
  async addMember(
    tx: Tx,
    member: { accountUuid: string; userUuid: string; role: MemberRole },
  ): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO members (account_id, user_id, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id`,
      [member.accountUuid, member.userUuid, member.role],
    );
    return rows.length > 0;
  }

  async rename(tx: Tx, accountUuid: string, name: string): Promise<void> {
    await tx.query('UPDATE accounts SET name = $2 WHERE id = $1', [accountUuid, name]);
  }

  async roleOf(tx: Tx, accountUuid: string, userUuid: string): Promise<MemberRole | undefined> {
    const [row] = await tx.query<{ role: MemberRole }>(
      'SELECT role FROM members WHERE account_id = $1 AND user_id = $2',
      [accountUuid, userUuid],
    );
    return row?.role;
  }

  async countOwners(tx: Tx, accountUuid: string): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM members WHERE account_id = $1 AND role = 'owner'`,
      [accountUuid],
    );
    return row!.count;
  }

  async setRole(tx: Tx, member: { accountUuid: string; userUuid: string; role: MemberRole }): Promise<void> {
    await tx.query('UPDATE members SET role = $3 WHERE account_id = $1 AND user_id = $2', [
      member.accountUuid,
      member.userUuid,
      member.role,
    ]);
  }

  async removeMember(tx: Tx, accountUuid: string, userUuid: string): Promise<void> {
    await tx.query('DELETE FROM members WHERE account_id = $1 AND user_id = $2', [accountUuid, userUuid]);
  }

  async isMember(tx: Tx, accountUuid: string, email: string): Promise<boolean> {
    const rows = await tx.query(
      `SELECT 1 FROM members JOIN users ON users.id = members.user_id WHERE account_id = $1 AND email = $2`,
      [accountUuid, email],
    );
    return rows.length > 0;
  }

  /** Open ones, then those that expired or were declined in the last two weeks and were not sent again; newest first. */
  async sent(accountUuid: string): Promise<InvitationRow[]> {
    const { rows } = await this.pool.query<InvitationRow>(
      `${INVITATION} WHERE account_id = $1 AND status IN ('pending', 'rejected')
         AND expires_at > app_now() - interval '14 days'
         AND NOT EXISTS (SELECT 1 FROM invitations newer WHERE newer.account_id = $1
           AND newer.email = invitations.email AND newer.id > invitations.id)
       ORDER BY status = 'pending' AND expires_at > app_now() DESC, invitations.id DESC LIMIT 200`,
      [accountUuid],
    );
    return rows;
  }

  /** What awaits a person's answer, newest first. */
  async openTo(email: string): Promise<InvitationRow[]> {
    const { rows } = await this.pool.query<InvitationRow>(
      `${INVITATION} WHERE invitations.email = $1 AND status = 'pending' AND expires_at > app_now()
         AND closing_at IS NULL
       ORDER BY invitations.id DESC LIMIT 20`,
      [email],
    );
    return rows;
  }

  async countPending(tx: Tx, accountUuid: string): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM invitations
       WHERE account_id = $1 AND status = 'pending' AND expires_at > app_now()`,
      [accountUuid],
    );
    return row!.count;
  }

  /** An invitation to the same address takes the place of the one before. */
  async invite(
    tx: Tx,
    invitation: {
      id: string;
      accountUuid: string;
      email: string;
      role: MemberRole;
      inviterUuid: string;
      days: number;
    },
  ): Promise<void> {
    await tx.query(
      `UPDATE invitations SET status = 'canceled' WHERE account_id = $1 AND email = $2 AND status = 'pending'`,
      [invitation.accountUuid, invitation.email],
    );
    await tx.query(
      `INSERT INTO invitations (id, account_id, email, role, status, expires_at, inviter_id)
       VALUES ($1, $2, $3, $4, 'pending', app_now() + make_interval(days => $5), $6)`,
      [
        invitation.id,
        invitation.accountUuid,
        invitation.email,
        invitation.role,
        invitation.days,
        invitation.inviterUuid,
      ],
    );
  }

  async findInvitation(invitationUuid: string): Promise<InvitationRow | undefined> {
    const { rows } = await this.pool.query<InvitationRow>(`${INVITATION} WHERE invitations.id = $1`, [
      invitationUuid,
    ]);
    return rows[0];
  }

  /** Whether this call is the one that answers it: of many at one time, one. */
  async answer(
    tx: Tx,
    invitationUuid: string,
    status: 'accepted' | 'rejected' | 'canceled',
  ): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE invitations SET status = $2
       WHERE id = $1 AND status = 'pending' AND expires_at > app_now() RETURNING id`,
      [invitationUuid, status],
    );
    return rows.length > 0;
  }
}
