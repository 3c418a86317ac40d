import { cookies } from 'next/headers';
import { config } from '@/lib/config';
import { type Answer, answered } from './client';
import { sessionApi } from './session';

export interface KeyView {
  id: string;
  name: string;
  display: string;
  allowedModels: string[] | null;
  budget: { credits: number; reset: 'daily' | 'monthly' | null } | null;
  createdAt: string;
  createdBy: string | null;
  lastUsedAt: string | null;
  expiresAt: string | null;
  revokedAt: string | null;
  rotatesAt: string | null;
}

/** A key with its secret, which the API shows once. */
export type ShownKeyView = KeyView & { key: string };

export function readKeys(): Promise<Answer<{ data: KeyView[]; limit: number | null }>> {
  return answered(async (signal) => {
    const response = await fetch(`${config().apiInternalUrl}/api/dashboard/keys`, {
      headers: { cookie: (await cookies()).toString() },
      cache: 'no-store',
      signal,
    });
    return { data: response.ok ? await response.json() : undefined, response };
  });
}

/** What the keys are called, by their id: those in use, and those revoked lately. None for a role that may not know. */
export async function readKeyNames(): Promise<ReadonlyMap<string, string>> {
  const answer = await readKeys();
  return new Map(answer.ok ? answer.value.data.map(({ id, name }) => [id, name]) : []);
}

/** What each key with a budget has spent and holds in its present period, by its id. */
export async function readSpending(): Promise<Map<string, number>> {
  const answer = await answered(async (signal) =>
    (await sessionApi()).GET('/api/dashboard/keys/spending', { signal }),
  );
  return new Map(answer.ok ? answer.value.data.map((row) => [row.keyId, row.spent + row.held]) : []);
}
