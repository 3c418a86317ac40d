import { expect, it } from '@jest/globals';
import { type KeySnapshot, requireActive, requireModelAllowed, requireScope } from './key-snapshot.js';

const key = (change: Partial<KeySnapshot> = {}): KeySnapshot => ({
  keyId: 'key_1',
  accountId: 'acc_1',
  keyUuid: '1',
  accountUuid: '1',
  scopes: new Set(['inference']),
  allowedModels: null,
  expiresAtMs: null,
  budgetMillicredits: null,
  budgetReset: null,
  suspended: false,
  requestsPerMinute: null,
  inFlightLimit: null,
  ...change,
});
const refused = (code: string) => expect.objectContaining({ code });

it('a suspended account is told so', () => {
  expect(() => requireActive(key())).not.toThrow();
  expect(() => requireActive(key({ suspended: true }))).toThrow(refused('account_suspended'));
});

it('a scope must be among the key’s', () => {
  expect(() => requireScope(key(), 'inference')).not.toThrow();
  expect(() => requireScope(key(), 'account:read')).toThrow(refused('scope_missing'));
});

it('a key with a list of models may use these alone, letter for letter', () => {
  const narrow = key({ allowedModels: new Set(['llama3.2:3b']) });
  expect(() => requireModelAllowed(key(), 'anything')).not.toThrow();
  expect(() => requireModelAllowed(narrow, 'llama3.2:3b')).not.toThrow();
  for (const model of ['llama3.2:70b', 'LLAMA3.2:3B', '']) {
    expect(() => requireModelAllowed(narrow, model)).toThrow(refused('model_not_allowed'));
  }
});
