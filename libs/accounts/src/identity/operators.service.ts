import { Injectable } from '@nestjs/common';
import { DomainError, idFromUuid, type UserId } from '#common';
import { type Actor, AuditLog, Transactions } from '#database';
import { PeopleRepository } from './people.repository.js';

/** Somebody who runs the service. */
export interface OperatorView {
  userId: UserId;
  email: string;
  name: string;
  twoFactorEnabled: boolean;
}

/** Who runs the service. Whoever has the machine dismisses them here and makes them in `ProvidedSignInsService`. */
@Injectable()
export class OperatorsService {
  constructor(
    private readonly people: PeopleRepository,
    private readonly transactions: Transactions,
    private readonly audit: AuditLog,
  ) {}

  /**
   * From their next request on. Twice is once.
   * @throws DomainError `not_found` when nobody has signed up with this address
   */
  async dismiss(actor: Actor, address: string): Promise<UserId> {
    const email = address.trim().toLowerCase();
    return this.transactions.run(async (tx) => {
      const uuid = await this.people.makeUser(tx, email);
      if (!uuid) throw new DomainError('not_found', `Nobody has signed up as ${email}.`);
      const userId = idFromUuid('user', uuid);
      await this.audit.write(tx, { actor, action: 'operator.dismiss', subject: userId });
      return userId;
    });
  }

  async list(): Promise<OperatorView[]> {
    const rows = await this.people.operators();
    return rows.map((row) => ({
      userId: idFromUuid('user', row.id),
      email: row.email,
      name: row.name,
      twoFactorEnabled: row.two_factor_enabled ?? false,
    }));
  }
}
