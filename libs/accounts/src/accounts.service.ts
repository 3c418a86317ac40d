import { Injectable } from '@nestjs/common';
import { type AccountId, idFromUuid, idToUuid, newId, parseId, type UserId } from '#common';
import { type Actor, AuditLog, ChangeFeed, type Tx } from '#database';
import { type AccountLimits, checkEmail, checkLimits, checkReason } from './account-input.js';
import { accountErrors } from './accounts.errors.js';
import { type AccountRow, AccountsRepository } from './accounts.repository.js';
import { checkName } from './key-input.js';
import type { Caller } from './key-snapshot.js';

/** An account as commands and the console show it. */
export interface Account extends AccountLimits {
  accountId: AccountId;
  name: string;
  kind: 'personal' | 'team';
  createdAt: Date;
  suspendedAt: Date | null;
  /** The limits an operator set by hand, by their columns' names. */
  overriddenLimits: string[];
  /** Its oldest owner; null for an account whose people have all left. */
  owner: { userId: UserId; email: string } | null;
}

export interface AccountsPage {
  accounts: Account[];
  /** Give it as `before` for the next page; null on the last. */
  next: AccountId | null;
}

const MAX_PAGE = 200;

/** People's accounts: who owns credits, whether they may be used, and how fast. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly repository: AccountsRepository,
    private readonly audit: AuditLog,
    private readonly feed: ChangeFeed,
  ) {}

  /**
   * A user with a personal account, as its owner. The address is not verified by this.
   * @throws DomainError `conflict` when the address is taken, `invalid_value`
   */
  async create(
    tx: Tx,
    actor: Actor,
    input: { email: string; name?: string },
  ): Promise<{ accountId: AccountId; userId: UserId }> {
    const email = checkEmail(input.email);
    const name = checkName(input.name ?? email.split('@')[0]!.slice(0, 100));
    const userId = newId('user');
    const accountId = newId('account');
    if (!(await this.repository.insertUser(tx, { id: idToUuid(userId), email, name }))) {
      throw accountErrors.emailTaken(email);
    }
    const ownerId = idToUuid(userId);
    await this.repository.insertPersonalAccount(tx, { id: idToUuid(accountId), name, ownerId });
    await this.record(tx, { actor, action: 'account.create', accountId, detail: { userId } });
    return { accountId, userId };
  }

  /**
   * By the account's id, or by an owner's address.
   * @throws DomainError `not_found`
   */
  async show(idOrEmail: string): Promise<Account> {
    const accountId = parseId('account', idOrEmail.trim());
    const row = accountId
      ? await this.repository.findById(idToUuid(accountId))
      : await this.repository.findByOwnerEmail(idOrEmail.trim().toLowerCase());
    if (!row) throw accountErrors.accountNotFound();
    return accountOf(row);
  }

  /**
   * The account as the caller of a metered request that comes without a key: its own limits, every model, no budget.
   * @throws DomainError `not_found`
   */
  async caller(accountUuid: string): Promise<Caller> {
    const row = await this.repository.findById(accountUuid);
    if (!row) throw accountErrors.accountNotFound();
    return {
      accountUuid,
      keyUuid: null,
      allowedModels: null,
      budgetMillicredits: null,
      budgetReset: null,
      suspended: row.suspended_at !== null,
      requestsPerMinute: row.requests_per_minute,
      inFlightLimit: row.in_flight_limit,
    };
  }

  /** Newest first. @throws DomainError `invalid_value` for a limit outside 1 to 200 */
  async list(page: { limit: number; before?: AccountId }): Promise<AccountsPage> {
    if (!Number.isInteger(page.limit) || page.limit < 1 || page.limit > MAX_PAGE) {
      throw accountErrors.invalid('limit', `A page has 1 to ${MAX_PAGE} accounts.`);
    }
    const rows = await this.repository.list({
      beforeUuid: page.before ? idToUuid(page.before) : null,
      limit: page.limit + 1,
    });
    const accounts = rows.slice(0, page.limit).map(accountOf);
    return { accounts, next: rows.length > page.limit ? accounts.at(-1)!.accountId : null };
  }

  /** Refuses the account's requests from now on, in every process within a second. Twice is once. */
  async suspend(tx: Tx, actor: Actor, input: { accountId: AccountId; reason: string }): Promise<void> {
    const reason = checkReason(input.reason);
    const { suspended } = await this.lock(tx, input.accountId);
    if (suspended) return;
    await this.repository.suspend(tx, idToUuid(input.accountId));
    await this.record(tx, { actor, action: 'account.suspend', accountId: input.accountId, reason });
  }

  /** Takes a suspension back. Twice is once. */
  async resume(tx: Tx, actor: Actor, input: { accountId: AccountId; reason: string }): Promise<void> {
    const reason = checkReason(input.reason);
    const { suspended } = await this.lock(tx, input.accountId);
    if (!suspended) return;
    await this.repository.resume(tx, idToUuid(input.accountId));
    await this.record(tx, { actor, action: 'account.resume', accountId: input.accountId, reason });
  }

  /** Sets limits by hand: null is no limit, what is left out stays. A later change of plan leaves them alone. */
  async setLimits(
    tx: Tx,
    actor: Actor,
    input: { accountId: AccountId; limits: Partial<AccountLimits> },
  ): Promise<void> {
    const limits = checkLimits(input.limits);
    await this.lock(tx, input.accountId);
    await this.repository.overrideLimits(tx, idToUuid(input.accountId), limits);
    const detail = { ...limits };
    await this.record(tx, { actor, action: 'account.set_limits', accountId: input.accountId, detail });
  }

  /**
   * Gives an account the limits of its plan, except those set by hand. The change of plan is billing's to write down.
   * @throws DomainError `not_found`
   */
  async applyPlanLimits(tx: Tx, accountUuid: string, limits: AccountLimits): Promise<void> {
    if (!(await this.repository.applyPlanLimits(tx, accountUuid, limits))) {
      throw accountErrors.accountNotFound();
    }
    await this.feed.announce(tx, 'accounts', accountUuid);
  }

  private async lock(tx: Tx, accountId: AccountId): Promise<{ suspended: boolean }> {
    const locked = await this.repository.lock(tx, idToUuid(accountId));
    if (!locked) throw accountErrors.accountNotFound();
    return locked;
  }

  private async record(
    tx: Tx,
    line: {
      actor: Actor;
      action: string;
      accountId: AccountId;
      reason?: string;
      detail?: Record<string, unknown>;
    },
  ): Promise<void> {
    const { accountId, ...rest } = line;
    await this.audit.write(tx, { ...rest, subject: accountId });
    await this.feed.announce(tx, 'accounts', idToUuid(accountId));
  }
}

function accountOf(row: AccountRow): Account {
  return {
    accountId: idFromUuid('account', row.id),
    name: row.name,
    kind: row.kind,
    createdAt: row.created_at,
    suspendedAt: row.suspended_at,
    requestsPerMinute: row.requests_per_minute,
    inFlightLimit: row.in_flight_limit,
    keyLimit: row.key_limit,
    overriddenLimits: row.overridden_limits,
    owner: row.owner_id ? { userId: idFromUuid('user', row.owner_id), email: row.owner_email! } : null,
  };
}
