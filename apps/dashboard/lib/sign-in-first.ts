import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import type { Answer } from './api/client';
import { type Me, readMe } from './api/session';

/** Who is signed in. Whoever is not is led to the sign-in, and from there back to the page that was asked for. */
export async function meOrSignIn(): Promise<Answer<Me>> {
  const me = await readMe();
  if (!me.ok && me.status === 401) redirect(`/sign-in?next=${encodeURIComponent(await pagePath())}`);
  return me;
}

/** The page that was asked for, as the front door wrote it down; Next's own parameters left out. */
async function pagePath(): Promise<string> {
  const url = new URL((await headers()).get('x-page-path') ?? '/', 'http://this.site');
  url.searchParams.delete('_rsc');
  return `${url.pathname}${url.search}`;
}
