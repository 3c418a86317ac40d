import { answered } from './client';
import type { components } from './generated/schema';
import { sessionApi } from './session';

export type KeyView = components['schemas']['KeyDto'];
/** A key with its secret, which the API shows once. */
export type ShownKeyView = components['schemas']['ShownKeyDto'];

export function readKeys() {
  return answered(async (signal) => (await sessionApi()).GET('/api/dashboard/keys', { signal }));
}

/** What the account's keys are called, by their id, those revoked long ago too; empty while that cannot be read. */
export async function readKeyNames(): Promise<ReadonlyMap<string, string>> {
  const answer = await answered(async (signal) =>
    (await sessionApi()).GET('/api/dashboard/keys/names', { signal }),
  );
  return new Map(answer.ok ? answer.value.data.map(({ id, name }) => [id, name]) : []);
}

/** What each key with a budget has spent and holds in its present period, by its id. */
export async function readSpending(): Promise<Map<string, number>> {
  const answer = await answered(async (signal) =>
    (await sessionApi()).GET('/api/dashboard/keys/spending', { signal }),
  );
  return new Map(answer.ok ? answer.value.data.map((row) => [row.keyId, row.spent + row.held]) : []);
}
