'use client';

import { useTranslations } from 'next-intl';
import { type ReactNode, useId } from 'react';
import { Button, buttonStyle } from '@/components/ui/button';
import { Panel } from '@/components/ui/panel';
import { send } from '@/lib/api/browser';

/** Who is signed in, how they read the pages, and the way out. */
export function UserMenu({ name, email, children }: { name: string; email: string; children: ReactNode }) {
  const t = useTranslations('console');
  const panel = useId();
  async function signOut() {
    const { ok } = await send('POST', '/api/auth/sign-out', {});
    // A page kept in the router's memory belongs to the person who left, so the browser starts over.
    if (ok) window.location.assign('/sign-in');
  }
  return (
    <>
      <button
        type="button"
        popoverTarget={panel}
        title={name || email}
        className={buttonStyle({ size: 'small', className: 'min-w-0 max-w-24 sm:max-w-48' })}
      >
        <bdi className="truncate">{name || email}</bdi>
      </button>
      <Panel id={panel} label={t('you')} className="w-72 p-3">
        <div className="grid gap-3">
          <div className="min-w-0 border-line border-b pb-3">
            <bdi className="block break-words font-medium">{name}</bdi>
            <bdi className="block break-all text-muted text-sm">{email}</bdi>
          </div>
          {children}
          <Button type="button" onClick={signOut}>
            {t('signOut')}
          </Button>
        </div>
      </Panel>
    </>
  );
}
