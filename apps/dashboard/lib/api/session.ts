import { cookies } from 'next/headers';
import createClient from 'openapi-fetch';
import { cache } from 'react';
import { config } from '@/lib/config';
import { type Answer, answered } from './client';
import type { paths } from './generated/schema';

/** Who is signed in, and the account they are in. */
export interface Me {
  user: { id: string; name: string; email: string; isOperator: boolean; operatorNeedsTwoFactor: boolean };
  accounts: AccountChoice[];
  active: (AccountChoice & { rights: string[]; suspendedAt: string | null }) | null;
}

export interface AccountChoice {
  id: string;
  name: string;
  kind: 'personal' | 'team';
  role: string;
}

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
    answered(async (signal) => {
      const response = await fetch(`${config().apiInternalUrl}/api/dashboard/me`, {
        headers: { cookie: (await cookies()).toString() },
        cache: 'no-store',
        signal,
      });
      return { data: response.ok ? ((await response.json()) as Me) : undefined, response };
    }),
);

/** The active account's balance, asked once a page. */
export const readBalance = cache(
  (): Promise<Answer<Balance>> =>
    answered(async (signal) => (await sessionApi()).GET('/api/dashboard/balance', { signal })),
);
