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

/** Who runs the service: appointed and dismissed by whoever has the machine, never over HTTP. */
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
  async set(actor: Actor, person: { email: string; isOperator: boolean }): Promise<UserId> {
    const email = person.email.trim().toLowerCase();
    return this.transactions.run(async (tx) => {
      const uuid = await this.people.setRole(tx, email, person.isOperator ? 'operator' : 'user');
      if (!uuid) throw new DomainError('not_found', `Nobody has signed up as ${email}.`);
      const userId = idFromUuid('user', uuid);
      const action = person.isOperator ? 'operator.appoint' : 'operator.dismiss';
      await this.audit.write(tx, { actor, action, subject: userId });
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
