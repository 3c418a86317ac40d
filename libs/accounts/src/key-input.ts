import { MOST_MILLICREDITS } from '#common';
import { KEY_SCOPES, type KeyScope } from '#http';
import { accountErrors } from './accounts.errors.js';
import type { BudgetReset } from './key-snapshot.js';

/** What a new key may be given. What is left out: the scope `inference`, every model, no budget, no end. */
export interface NewKey {
  /** 1 to 100 characters, for people; `default` when left out. */
  name?: string;
  scopes?: readonly string[];
  allowedModels?: readonly string[] | null;
  /** Greater than zero. */
  budgetMillicredits?: bigint | null;
  /** When the budget starts anew, in UTC; null: never. */
  budgetReset?: BudgetReset | null;
  expiresAt?: Date | null;
}

export interface CheckedKey {
  name: string;
  scopes: KeyScope[];
  allowedModels: string[] | null;
  budgetMillicredits: bigint | null;
  budgetReset: BudgetReset | null;
  expiresAt: Date | null;
}

const MAX_MODELS = 200;
const MAX_MODEL_LENGTH = 200;

/** The input in full, or DomainError `invalid_value` with the field as `param`. The end is compared with `now`. */
export function checkNewKey(input: NewKey, now: Date): CheckedKey {
  return {
    name: checkName(input.name ?? 'default'),
    scopes: checkScopes(input.scopes ?? ['inference']),
    allowedModels: input.allowedModels ? checkModels(input.allowedModels) : null,
    ...checkBudget(input),
    expiresAt: input.expiresAt ? checkExpiry(input.expiresAt, now) : null,
  };
}

/** A key as it will be after a change: what is left out stays. */
export function checkChangedKey(
  before: Omit<CheckedKey, 'scopes'>,
  changes: Omit<NewKey, 'scopes'>,
  now: Date,
): Omit<CheckedKey, 'scopes'> {
  const budget = changes.budgetMillicredits === undefined ? before : changes;
  return {
    name: changes.name === undefined ? before.name : checkName(changes.name),
    allowedModels:
      changes.allowedModels === undefined
        ? before.allowedModels
        : changes.allowedModels && checkModels(changes.allowedModels),
    ...checkBudget({ budgetMillicredits: budget.budgetMillicredits, budgetReset: budget.budgetReset }),
    expiresAt:
      changes.expiresAt === undefined
        ? before.expiresAt
        : changes.expiresAt && checkExpiry(changes.expiresAt, now),
  };
}

/** A name people give to a thing: 1 to 100 characters on one line. */
export function checkName(text: string): string {
  const name = text.trim();
  if (name.length === 0 || name.length > 100 || /\p{Cc}/u.test(name)) {
    throw accountErrors.invalid('name', 'A name has 1 to 100 characters and no line breaks.');
  }
  return name;
}

function checkScopes(scopes: readonly string[]): KeyScope[] {
  const unknown = scopes.find((scope) => !KEY_SCOPES.includes(scope as KeyScope));
  if (unknown !== undefined || scopes.length === 0) {
    throw accountErrors.invalid(
      'scopes',
      `${unknown === undefined ? 'A key needs at least one scope' : `There is no scope ${JSON.stringify(unknown)}`}. Scopes are ${KEY_SCOPES.join(' and ')}.`,
    );
  }
  return [...new Set(scopes as KeyScope[])];
}

function checkModels(models: readonly string[]): string[] {
  const ids = [...new Set(models.map((model) => model.trim()))];
  if (ids.length === 0) {
    throw accountErrors.invalid('models', 'Name at least one model, or leave the list out to allow all.');
  }
  if (ids.length > MAX_MODELS || ids.some((id) => id === '' || id.length > MAX_MODEL_LENGTH)) {
    throw accountErrors.invalid(
      'models',
      `A key may name up to ${MAX_MODELS} models, each by an id of 1 to ${MAX_MODEL_LENGTH} characters.`,
    );
  }
  return ids;
}

function checkBudget(input: NewKey): Pick<CheckedKey, 'budgetMillicredits' | 'budgetReset'> {
  const budgetMillicredits = input.budgetMillicredits ?? null;
  const budgetReset = input.budgetReset ?? null;
  if (budgetMillicredits !== null && (budgetMillicredits <= 0n || budgetMillicredits > MOST_MILLICREDITS)) {
    throw accountErrors.invalid(
      'budget',
      'A budget is greater than zero and 8,000,000,000,000 credits at most; leave it out for none.',
    );
  }
  if (budgetReset !== null && budgetReset !== 'daily' && budgetReset !== 'monthly') {
    throw accountErrors.invalid('reset', 'A budget is reset "daily" or "monthly"; leave it out for never.');
  }
  if (budgetReset !== null && budgetMillicredits === null) {
    throw accountErrors.invalid('reset', 'There is no budget to reset: give a budget too.');
  }
  return { budgetMillicredits, budgetReset };
}

function checkExpiry(expiresAt: Date, now: Date): Date {
  if (Number.isNaN(expiresAt.getTime())) throw accountErrors.invalid('expires', 'This is not a date.');
  if (expiresAt <= now) throw accountErrors.invalid('expires', 'A key must end in the future.');
  return expiresAt;
}
