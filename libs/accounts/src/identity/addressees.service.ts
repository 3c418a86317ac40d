import { Injectable } from '@nestjs/common';
import type { Tx } from '#database';
import type { MemberRole } from '../auth-roles.js';
import { type Locale, localeOf } from '../locale.js';

/** A person as mails and alerts address them. */
export interface Addressee {
  userUuid: string;
  email: string;
  name: string;
  locale: Locale;
}

interface AddresseeRow {
  id: string;
  email: string;
  name: string;
  locale: string | null;
}

/** Who is to be told of a fact, read in the transaction of the fact: nobody is told of what is rolled back. */
@Injectable()
export class AddresseesService {
  /** Undefined: there is nobody. */
  async person(tx: Tx, userUuid: string): Promise<Addressee | undefined> {
    const [row] = await tx.query<AddresseeRow>('SELECT id, email, name, locale FROM users WHERE id = $1', [
      userUuid,
    ]);
    return row && addresseeOf(row);
  }

  /** Members with one of these roles, the oldest first, each with the account's name. */
  async members(
    tx: Tx,
    query: { accountUuid: string; roles: readonly MemberRole[] },
  ): Promise<(Addressee & { accountName: string })[]> {
    const rows = await tx.query<AddresseeRow & { account_name: string }>(
      `SELECT users.id, email, users.name, locale, accounts.name AS account_name FROM members
         JOIN users ON users.id = members.user_id JOIN accounts ON accounts.id = members.account_id
       WHERE members.account_id = $1 AND members.role = ANY ($2) ORDER BY members.created_at, users.id`,
      [query.accountUuid, query.roles],
    );
    return rows.map((row) => ({ ...addresseeOf(row), accountName: row.account_name }));
  }
}

function addresseeOf({ id, email, name, locale }: AddresseeRow): Addressee {
  return { userUuid: id, email, name, locale: localeOf(locale) };
}
