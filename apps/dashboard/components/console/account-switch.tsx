'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { send } from '@/lib/api/browser';
import type { AccountChoice, Me } from '@/lib/api/session';

/** The account whose keys and credits the pages show. With more than one, it is chosen here. */
export function AccountSwitch({ accounts, active }: { accounts: AccountChoice[]; active: Me['active'] }) {
  const t = useTranslations('console');
  const router = useRouter();
  const [isSwitching, setIsSwitching] = useState(false);
  if (accounts.length < 2) {
    return (
      <bdi title={active?.name} className="mt-2 mb-3 block truncate px-2 py-1 text-muted text-sm">
        {active?.name}
      </bdi>
    );
  }
  async function choose(accountId: string) {
    setIsSwitching(true);
    await send('PUT', '/api/dashboard/active-account', { accountId });
    setIsSwitching(false);
    router.refresh();
  }
  return (
    <label className="mt-2 mb-3 block">
      <span className="sr-only">{t('account')}</span>
      <select
        value={active?.id ?? ''}
        disabled={isSwitching}
        onChange={(event) => choose(event.target.value)}
        className="h-8 w-full truncate rounded border border-edge bg-surface px-2 text-sm"
      >
        {accounts.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
