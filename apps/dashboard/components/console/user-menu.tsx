'use client';

import { useTranslations } from 'next-intl';
import { Popover } from 'radix-ui';
import type { ReactNode } from 'react';
import { Button, buttonStyle } from '@/components/ui/button';
import { send } from '@/lib/api/browser';

/** Who is signed in, how they read the pages, and the way out. */
export function UserMenu({ name, email, children }: { name: string; email: string; children: ReactNode }) {
  const t = useTranslations('console');
  async function signOut() {
    const { ok } = await send('POST', '/api/auth/sign-out', {});
    // A page kept in the router's memory belongs to the person who left, so the browser starts over.
    if (ok) window.location.assign('/sign-in');
  }
  return (
    <Popover.Root>
      <Popover.Trigger className={buttonStyle({ size: 'small', className: 'min-w-0 max-w-24 sm:max-w-48' })}>
        <bdi className="truncate">{name || email}</bdi>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={12}
          aria-label={t('you')}
          className="z-40 grid w-72 gap-3 rounded border border-line bg-raised p-3 shadow-hairline"
        >
          <div className="min-w-0 border-line border-b pb-3">
            <bdi className="block truncate font-medium">{name}</bdi>
            <bdi className="block truncate text-muted text-sm">{email}</bdi>
          </div>
          {children}
          <Button type="button" onClick={signOut}>
            {t('signOut')}
          </Button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
