import { cookies } from 'next/headers';
import { config } from '@/lib/config';
import { type Answer, answered } from './client';

/** One place somebody is signed in, as the sign-in library lists it (it has no part in our OpenAPI document). */
export interface SignedIn {
  token: string;
  ipAddress: string | null;
  userAgent: string | null;
  createdAt: string;
  updatedAt: string;
}

/** Where this person is signed in, the present session first, then the one used last. */
export async function readSessions(): Promise<Answer<{ current: SignedIn; others: SignedIn[] }>> {
  const [all, own] = await Promise.all([
    read<SignedIn[]>('list-sessions'),
    read<{ session: SignedIn }>('get-session'),
  ]);
  if (!all.ok) return all;
  if (!own.ok) return own;
  const current = own.value.session;
  const others = all.value.filter(({ token }) => token !== current.token);
  others.sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  return { ok: true, value: { current, others } };
}

function read<T>(path: string): Promise<Answer<T>> {
  return answered(async (signal) => {
    const response = await fetch(`${config().apiInternalUrl}/api/auth/${path}`, {
      headers: { cookie: (await cookies()).toString() },
      cache: 'no-store',
      signal,
    });
    const body = response.ok ? ((await response.json()) as T | null) : null;
    return { data: body ?? undefined, response } as { data?: T; response: Response };
  });
}
