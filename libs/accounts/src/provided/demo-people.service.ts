import { Injectable } from '@nestjs/common';
import { idFromUuid } from '#common';
import { type Actor, AuditLog, Transactions, type Tx } from '#database';
import { AccountClosingRepository } from '../closing/account-closing.repository.js';
import { KeysService } from '../keys.service.js';
import { ProvidedSignInsRepository } from './provided-sign-ins.repository.js';

/** The people of an evaluation. Their passwords and key were printed and lie in a file: not for production. */
@Injectable()
export class DemoPeopleService {
  constructor(
    private readonly repository: ProvidedSignInsRepository,
    private readonly closing: AccountClosingRepository,
    private readonly keys: KeysService,
    private readonly transactions: Transactions,
    private readonly audit: AuditLog,
  ) {}

  mark(tx: Tx, userUuid: string): Promise<void> {
    return this.repository.markDemo(tx, userUuid);
  }

  /** Whether one of them can sign in. */
  async canSignIn(): Promise<boolean> {
    return (await this.repository.demoPeople()).length > 0;
  }

  /** Takes their passwords, sessions, role and keys away; what they used stays. How many they were. */
  async end(actor: Actor): Promise<number> {
    const people = await this.repository.demoPeople();
    for (const { id, accounts } of people) {
      await this.transactions.run(async (tx) => {
        await this.repository.shutOut(tx, id);
        for (const account of accounts) await this.revokeKeys(tx, actor, account);
        await this.audit.write(tx, { actor, action: 'user.end_demo', subject: idFromUuid('user', id) });
      });
    }
    return people.length;
  }

  /** Every key of an account, as at a first start the one that was printed. */
  async revokeKeys(tx: Tx, actor: Actor, accountUuid: string): Promise<void> {
    const accountId = idFromUuid('account', accountUuid);
    for (const keyUuid of await this.closing.unrevokedKeys(tx, accountUuid)) {
      await this.keys.revoke(tx, actor, { keyId: idFromUuid('key', keyUuid), accountId });
    }
  }
}
