import { cookies } from 'next/headers';
import createClient from 'openapi-fetch';
import { cache } from 'react';
import { config } from '@/lib/config';
import { type Answer, answered } from './client';
import type { components, paths } from './generated/schema';

type Schemas = components['schemas'];

/** Who is signed in, the accounts they are in, and what they may do in the active one. */
export type Me = Schemas['MeDto'];
export type AccountChoice = Schemas['MyAccountDto'];
export type Role = Schemas['MemberRole'];
export type Right = Schemas['MemberRight'];

export type Balance =
  paths['/api/dashboard/balance']['get']['responses']['200']['content']['application/json'];

/** The API, asked in the name of the visitor whose page is being served. */
export async function sessionApi() {
  const cookie = (await cookies()).toString();
  return createClient<paths>({
    baseUrl: config().apiInternalUrl,
    cache: 'no-store',
    headers: { cookie },
  });
}

/** Asked once a page, however many of its parts want to know. A status of 401 means: not signed in. */
export const readMe = cache(
  (): Promise<Answer<Me>> =>
    answered(async (signal) => (await sessionApi()).GET('/api/dashboard/me', { signal })),
);

/** The active account's balance, asked once a page. */
export const readBalance = cache(
  (): Promise<Answer<Balance>> =>
    answered(async (signal) => (await sessionApi()).GET('/api/dashboard/balance', { signal })),
);
