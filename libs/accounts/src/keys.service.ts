import { Inject, Injectable } from '@nestjs/common';
import { type AccountId, idFromUuid, idToUuid, type KeyId, newId, parseId } from '#common';
import { type Actor, AuditLog, ChangeFeed, type Tx } from '#database';
import type { KeyScope } from '#http';
import { AccountEventsBus } from './account-events.js';
import { accountErrors } from './accounts.errors.js';
import { AccountsRepository } from './accounts.repository.js';
import { ACCOUNTS_SETTINGS, type AccountsSettings } from './accounts.settings.js';
import { displayOf, hashKey, makeKey } from './key-format.js';
import { checkNewKey, type NewKey } from './key-input.js';
import type { BudgetReset } from './key-snapshot.js';
import { type KeyRow, KeysRepository } from './keys.repository.js';

/** A key as lists show it. There is no way back from it to the key. */
export interface KeyView {
  keyId: KeyId;
  accountId: AccountId;
  name: string;
  /** The prefix and the last four characters. */
  display: string;
  scopes: KeyScope[];
  /** Null: every model. */
  allowedModels: string[] | null;
  budgetMillicredits: bigint | null;
  budgetReset: BudgetReset | null;
  expiresAt: Date | null;
  revokedAt: Date | null;
  createdAt: Date;
  lastUsedAt: Date | null;
}

const MAX_PAGE = 200;

/** An account's API keys: made, shown once, revoked for good. */
@Injectable()
export class KeysService {
  constructor(
    private readonly repository: KeysRepository,
    private readonly accounts: AccountsRepository,
    private readonly audit: AuditLog,
    private readonly feed: ChangeFeed,
    private readonly events: AccountEventsBus,
    @Inject(ACCOUNTS_SETTINGS) private readonly settings: AccountsSettings,
  ) {}

  /**
   * Makes a key. The answer is the only place where it is ever readable.
   * @throws DomainError `limit_reached` (the account's lock makes two at one time count each other), `not_found`,
   * `invalid_value`
   */
  async create(
    tx: Tx,
    actor: Actor,
    input: NewKey & { accountId: AccountId },
  ): Promise<{ keyId: KeyId; key: string }> {
    const accountUuid = idToUuid(input.accountId);
    const account = await this.accounts.lock(tx, accountUuid);
    if (!account) throw accountErrors.accountNotFound();
    const checked = checkNewKey(input, account.now);
    if (
      account.key_limit !== null &&
      (await this.repository.countUnrevoked(tx, accountUuid)) >= account.key_limit
    ) {
      throw accountErrors.keyLimitReached(account.key_limit);
    }
    const keyId = newId('key');
    const key = makeKey(this.settings.keyPrefix);
    const display = displayOf(key);
    await this.repository.insert(tx, {
      id: idToUuid(keyId),
      account_id: accountUuid,
      name: checked.name,
      hash: hashKey(key),
      display,
      scopes: checked.scopes,
      allowed_models: checked.allowedModels,
      budget_millicredits: checked.budgetMillicredits?.toString() ?? null,
      budget_reset: checked.budgetReset,
      expires_at: checked.expiresAt,
      created_by: `${actor.kind}:${actor.id}`,
    });
    const { budgetMillicredits, ...plain } = checked;
    const budget = budgetMillicredits?.toString() ?? null;
    const detail = { accountId: input.accountId, display, ...plain, budgetMillicredits: budget };
    await this.record(tx, { actor, action: 'key.create', keyId, detail });
    const fact = { accountUuid, keyUuid: idToUuid(keyId), name: checked.name, byUserUuid: userUuidOf(actor) };
    await this.events.emit('keyCreated', fact, tx);
    return { keyId, key };
  }

  /**
   * Revokes a key for good, in every process within a second. Twice is once. With `accountId`, a key of another
   * account does not exist.
   * @throws DomainError `not_found`
   */
  async revoke(tx: Tx, actor: Actor, input: { keyId: KeyId; accountId?: AccountId }): Promise<void> {
    const keyUuid = idToUuid(input.keyId);
    const row = await this.repository.find(tx, keyUuid);
    if (!row || (input.accountId && row.account_id !== idToUuid(input.accountId))) {
      throw accountErrors.keyNotFound();
    }
    if (!(await this.repository.revoke(tx, keyUuid))) return;
    const detail = { accountId: idFromUuid('account', row.account_id), display: row.display };
    await this.record(tx, { actor, action: 'key.revoke', keyId: input.keyId, detail });
    const fact = { accountUuid: row.account_id, keyUuid, name: row.name, byUserUuid: userUuidOf(actor) };
    await this.events.emit('keyRevoked', fact, tx);
  }

  /** Newest first, revoked ones too. @throws DomainError `invalid_value` for a limit outside 1 to 200 */
  async list(page: {
    accountId: AccountId;
    limit: number;
    before?: KeyId;
  }): Promise<{ keys: KeyView[]; next: KeyId | null }> {
    if (!Number.isInteger(page.limit) || page.limit < 1 || page.limit > MAX_PAGE) {
      throw accountErrors.invalid('limit', `A page has 1 to ${MAX_PAGE} keys.`);
    }
    const rows = await this.repository.list({
      accountUuid: idToUuid(page.accountId),
      beforeUuid: page.before ? idToUuid(page.before) : null,
      limit: page.limit + 1,
    });
    const keys = rows.slice(0, page.limit).map(viewOf);
    return { keys, next: rows.length > page.limit ? keys.at(-1)!.keyId : null };
  }

  private async record(
    tx: Tx,
    line: { actor: Actor; action: string; keyId: KeyId; detail: Record<string, unknown> },
  ): Promise<void> {
    const { keyId, ...rest } = line;
    await this.audit.write(tx, { ...rest, subject: keyId });
    await this.feed.announce(tx, 'keys', idToUuid(keyId));
  }
}

function userUuidOf(actor: Actor): string | null {
  const userId = actor.kind === 'user' ? parseId('user', actor.id) : undefined;
  return userId ? idToUuid(userId) : null;
}

function viewOf(row: KeyRow): KeyView {
  return {
    keyId: idFromUuid('key', row.id),
    accountId: idFromUuid('account', row.account_id),
    name: row.name,
    display: row.display,
    scopes: row.scopes,
    allowedModels: row.allowed_models,
    budgetMillicredits: row.budget_millicredits === null ? null : BigInt(row.budget_millicredits),
    budgetReset: row.budget_reset,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  };
}
