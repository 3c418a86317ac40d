'use client';

import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { send } from '@/lib/api/browser';

/** Leaves this session and comes back to the same page with another address. */
export function SignOut({ next }: { next: string }) {
  const t = useTranslations('invitation');
  async function signOut() {
    const { ok } = await send('POST', '/api/auth/sign-out', {});
    if (ok) window.location.assign(`/sign-in?next=${encodeURIComponent(next)}`);
  }
  return (
    <Button type="button" look="primary" onClick={signOut}>
      {t('otherAddress')}
    </Button>
  );
}
