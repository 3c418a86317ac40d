import type { AccountId, KeyId } from '#common';
import type { KeyScope } from '#http';
import { accountErrors } from './accounts.errors.js';

export type BudgetReset = 'daily' | 'monthly';

/** What a request needs to know of its key and account: what the key may do, and the limits each reserve is decided on. */
export interface KeySnapshot {
  readonly keyId: KeyId;
  readonly accountId: AccountId;
  /** The same two as PostgreSQL prints them. */
  readonly keyUuid: string;
  readonly accountUuid: string;
  readonly scopes: ReadonlySet<KeyScope>;
  /** Null: every model. */
  readonly allowedModels: ReadonlySet<string> | null;
  /** By the database's clock; null: never. */
  readonly expiresAtMs: number | null;
  readonly budgetMillicredits: bigint | null;
  /** Null with a budget: it counts for the key's life. */
  readonly budgetReset: BudgetReset | null;
  readonly suspended: boolean;
  /** Null: no limit, as with the next. */
  readonly requestsPerMinute: number | null;
  readonly inFlightLimit: number | null;
}

/** @throws DomainError `account_suspended` (403) */
export function requireActive(key: KeySnapshot): void {
  if (key.suspended) throw accountErrors.accountSuspended();
}

/** @throws DomainError `scope_missing` (403) */
export function requireScope(key: KeySnapshot, scope: KeyScope): void {
  if (!key.scopes.has(scope)) throw accountErrors.scopeMissing(scope);
}

/** @throws DomainError `model_not_allowed` (403), which names the models the key may use */
export function requireModelAllowed(key: KeySnapshot, model: string): void {
  if (key.allowedModels && !key.allowedModels.has(model)) {
    throw accountErrors.modelNotAllowed(model, key.allowedModels);
  }
}
