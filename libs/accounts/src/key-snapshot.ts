import type { AccountId, KeyId } from '#common';
import type { KeyScope } from '#http';
import { accountErrors } from './accounts.errors.js';

export type BudgetReset = 'daily' | 'monthly';

/** Whom a metered request is charged to, and the limits each reserve is decided on. */
export interface Caller {
  readonly accountUuid: string;
  /** Null: a member in the playground, who needs no key. */
  readonly keyUuid: string | null;
  /** Null: every model. */
  readonly allowedModels: ReadonlySet<string> | null;
  readonly budgetMillicredits: bigint | null;
  /** Null with a budget: it counts for the key's life. */
  readonly budgetReset: BudgetReset | null;
  readonly suspended: boolean;
  /** Null: no limit, as with the next. */
  readonly requestsPerMinute: number | null;
  readonly inFlightLimit: number | null;
}

/** What a request needs to know of its key and account. */
export interface KeySnapshot extends Caller {
  readonly keyId: KeyId;
  readonly accountId: AccountId;
  /** The key's id as PostgreSQL prints it. */
  readonly keyUuid: string;
  readonly scopes: ReadonlySet<KeyScope>;
  /** By the database's clock; null: never. */
  readonly expiresAtMs: number | null;
}

/** @throws DomainError `account_suspended` (403) */
export function requireActive(caller: Caller): void {
  if (caller.suspended) throw accountErrors.accountSuspended();
}

/** @throws DomainError `scope_missing` (403) */
export function requireScope(key: KeySnapshot, scope: KeyScope): void {
  if (!key.scopes.has(scope)) throw accountErrors.scopeMissing(scope);
}

/** @throws DomainError `model_not_allowed` (403), which names the models the key may use */
export function requireModelAllowed(caller: Caller, model: string): void {
  if (caller.allowedModels && !caller.allowedModels.has(model)) {
    throw accountErrors.modelNotAllowed(model, caller.allowedModels);
  }
}
