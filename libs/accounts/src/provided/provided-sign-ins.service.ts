import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { idFromUuid, idToUuid, newId, type UserId } from '#common';
import { type Actor, AuditLog, type Tx } from '#database';
import { checkEmail } from '../account-input.js';
import { AccountsRepository } from '../accounts.repository.js';
import { PeopleService } from '../identity/people.service.js';
import { checkName } from '../key-input.js';
import { SignIn } from '../sign-in.js';
import { ProvidedSignInsRepository } from './provided-sign-ins.repository.js';

/** 128 bits. */
const PASSWORD_BYTES = 16;

/** Sign-ins that whoever has the machine gives out, at the command line and at a first start. */
@Injectable()
export class ProvidedSignInsService {
  constructor(
    private readonly repository: ProvidedSignInsRepository,
    private readonly accounts: AccountsRepository,
    private readonly people: PeopleService,
    private readonly signIn: SignIn,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Makes a person an operator, and the person where there is none yet. Whoever has a password keeps it (`password`
   * is null); else one is made, readable here alone.
   * @throws DomainError `invalid_value`
   */
  async makeOperator(
    tx: Tx,
    actor: Actor,
    input: { email: string; name?: string },
  ): Promise<{ userId: UserId; password: string | null }> {
    const email = checkEmail(input.email);
    const found = await this.repository.find(tx, email);
    const userUuid = found?.id ?? (await this.insert(tx, email, input.name));
    const password = found?.has_password ? null : await this.givePassword(tx, userUuid);
    await this.repository.confirm(tx, userUuid);
    await this.repository.makeOperator(tx, userUuid);
    await this.people.personalAccount(tx, userUuid);
    const userId = idFromUuid('user', userUuid);
    await this.audit.write(tx, { actor, action: 'operator.create', subject: userId });
    return { userId, password };
  }

  /** A new password for a person whose address is taken for theirs; the old one ends. */
  async givePassword(tx: Tx, userUuid: string): Promise<string> {
    const password = randomBytes(PASSWORD_BYTES).toString('base64url');
    await this.repository.setPassword(tx, userUuid, await this.signIn.hash(password));
    await this.repository.confirm(tx, userUuid);
    return password;
  }

  private async insert(tx: Tx, email: string, given?: string): Promise<string> {
    const id = idToUuid(newId('user'));
    const name = checkName(given ?? email.split('@')[0]!.slice(0, 100));
    await this.accounts.insertUser(tx, { id, email, name });
    return id;
  }
}
