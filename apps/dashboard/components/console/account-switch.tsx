'use client';

import { usePathname, useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useId, useState } from 'react';
import { FailureNote } from '@/components/failure-note';
import { Dialog } from '@/components/ui/dialog';
import { Panel } from '@/components/ui/panel';
import { type Failure, send } from '@/lib/api/browser';
import type { AccountChoice, Me } from '@/lib/api/session';
import { NewAccount } from './new-account';

const item =
  'flex w-full min-w-0 cursor-pointer items-baseline gap-2 rounded px-2 py-1.5 text-start hover:bg-wash';

/** The account whose keys and credits the pages show; the others, and a way to open one more. */
export function AccountSwitch({ accounts, active }: { accounts: AccountChoice[]; active: Me['active'] }) {
  const t = useTranslations('accounts');
  const router = useRouter();
  const pathname = usePathname();
  const panel = useId();
  const [isNew, setIsNew] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  async function choose(accountId: string) {
    if (accountId === active?.id) return;
    setIsBusy(true);
    const answer = await send('PUT', '/api/dashboard/active-account', { accountId });
    setIsBusy(false);
    setFailure(answer.ok ? null : answer.failure);
    if (!answer.ok) return;
    // A record belongs to the account that was left; a list is the new one's at once.
    const [, page = ''] = pathname.split('/');
    if (pathname !== `/${page}`) router.push(`/${page}`);
    router.refresh();
  }
  return (
    <div className="mt-2 mb-3">
      <button
        type="button"
        popoverTarget={panel}
        disabled={isBusy}
        aria-label={t('choose', { name: active?.name ?? t('none') })}
        className="flex h-9 w-full min-w-0 cursor-pointer items-center justify-between gap-2 rounded border border-edge bg-surface px-2.5 text-start transition-colors hover:border-ink disabled:opacity-60"
      >
        <bdi className="truncate font-medium" title={active?.name}>
          {active?.name ?? t('none')}
        </bdi>
        <Chevrons />
      </button>
      <Panel
        id={panel}
        label={t('accounts')}
        className="w-72 max-w-[calc(100vw-1rem)] p-1 [position-area:block-end_span-inline-end]"
      >
        <ul className="max-h-80 overflow-y-auto">
          {accounts.map((account) => (
            <li key={account.id}>
              <button
                type="button"
                popoverTarget={panel}
                popoverTargetAction="hide"
                aria-current={account.id === active?.id ? 'true' : undefined}
                onClick={() => choose(account.id)}
                className={item}
              >
                <Choice of={account} isActive={account.id === active?.id} />
              </button>
            </li>
          ))}
        </ul>
        <div className="mt-1 border-line border-t pt-1">
          <button
            type="button"
            popoverTarget={panel}
            popoverTargetAction="hide"
            onClick={() => setIsNew(true)}
            className={item}
          >
            <span className="w-3 shrink-0 text-muted" aria-hidden="true">
              +
            </span>
            {t('new')}
          </button>
        </div>
      </Panel>
      <FailureNote failure={failure} />
      <Dialog isOpen={isNew} onClose={() => setIsNew(false)} title={t('new')} text={t('newText')}>
        <NewAccount onCancel={() => setIsNew(false)} />
      </Dialog>
    </div>
  );
}

function Choice({ of, isActive }: { of: AccountChoice; isActive: boolean }) {
  const t = useTranslations('accounts');
  return (
    <>
      <span className="w-3 shrink-0 text-accent" aria-hidden="true">
        {isActive ? '✓' : ''}
      </span>
      <span className="min-w-0">
        <bdi className="block truncate rtl:text-right" title={of.name}>
          {of.name}
        </bdi>
        <span className="block text-muted text-sm">
          {of.kind === 'personal' ? t('personal') : t('team')} · {t(`roles.${of.role}`)}
        </span>
      </span>
    </>
  );
}

function Chevrons() {
  return (
    <svg viewBox="0 0 10 14" className="h-3.5 w-2.5 shrink-0 text-muted" aria-hidden="true">
      <path d="M2 5l3-3 3 3M2 9l3 3 3-3" fill="none" stroke="currentColor" strokeWidth="1.5" />
    </svg>
  );
}
