import { Inject, Injectable } from '@nestjs/common';
import { type AccountId, idToUuid, type KeyId } from '#common';
import { type Actor, AuditLog, ChangeFeed, Clock, type Tx } from '#database';
import { accountErrors } from '../accounts.errors.js';
import { ACCOUNTS_SETTINGS, type AccountsSettings } from '../accounts.settings.js';
import { displayOf, hashKey, makeKey } from '../key-format.js';
import { checkChangedKey, type NewKey } from '../key-input.js';
import { type KeyRow, KeysRepository } from '../keys.repository.js';

const MOST_GRACE_SECONDS = 7 * 86_400;

/** Changes of a key that is in use: what it may do, and its secret. Felt in every process within a second. */
@Injectable()
export class KeyChangesService {
  constructor(
    private readonly repository: KeysRepository,
    private readonly audit: AuditLog,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
    @Inject(ACCOUNTS_SETTINGS) private readonly settings: AccountsSettings,
  ) {}

  /**
   * What is left out stays; null takes away. Scopes are for a key's life.
   * @throws DomainError `not_found`, `conflict` for a revoked key, `invalid_value`
   */
  async update(
    tx: Tx,
    actor: Actor,
    input: { keyId: KeyId; accountId: AccountId; changes: Omit<NewKey, 'scopes'> },
  ): Promise<void> {
    const row = await this.lock(tx, input);
    const before = {
      name: row.name,
      allowedModels: row.allowed_models,
      budgetMillicredits: row.budget_millicredits === null ? null : BigInt(row.budget_millicredits),
      budgetReset: row.budget_reset,
      expiresAt: row.expires_at,
    };
    const after = checkChangedKey(before, input.changes, this.clock.now());
    const budget = after.budgetMillicredits?.toString() ?? null;
    await this.repository.update(tx, {
      id: row.id,
      name: after.name,
      allowed_models: after.allowedModels,
      budget_millicredits: budget,
      budget_reset: after.budgetReset,
      expires_at: after.expiresAt,
    });
    const detail = { accountId: input.accountId, ...after, budgetMillicredits: budget };
    await this.record(tx, { actor, action: 'key.update', keyId: input.keyId, detail });
  }

  /**
   * A new secret for the same key: budget, usage and id go on. The old one works for the time of grace, so that
   * programs can be changed one by one; one replaced before that works no longer.
   * @throws as `update`
   */
  async rotate(
    tx: Tx,
    actor: Actor,
    input: { keyId: KeyId; accountId: AccountId; graceSeconds: number },
  ): Promise<{ key: string }> {
    const { graceSeconds } = input;
    if (!Number.isInteger(graceSeconds) || graceSeconds < 0 || graceSeconds > MOST_GRACE_SECONDS) {
      throw accountErrors.invalid('graceSeconds', 'The old secret may work for up to 7 days more.');
    }
    const row = await this.lock(tx, input);
    const key = makeKey(this.settings.keyPrefix);
    const display = displayOf(key);
    await this.repository.replaceSecret(tx, { id: row.id, hash: hashKey(key), display, graceSeconds });
    const detail = { accountId: input.accountId, before: row.display, display, graceSeconds };
    await this.record(tx, { actor, action: 'key.rotate', keyId: input.keyId, detail });
    return { key };
  }

  private async lock(tx: Tx, input: { keyId: KeyId; accountId: AccountId }): Promise<KeyRow> {
    const row = await this.repository.lock(tx, idToUuid(input.keyId), idToUuid(input.accountId));
    if (!row) throw accountErrors.keyNotFound();
    if (row.revoked_at) throw accountErrors.keyRevokedAlready();
    return row;
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
