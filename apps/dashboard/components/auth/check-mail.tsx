'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { FailureNote } from '@/components/failure-note';
import { code } from '@/components/rich';
import { Button } from '@/components/ui/button';
import { send } from '@/lib/api/browser';
import { useIsEvaluation } from './evaluation';
import { useFormState } from './form-state';

/** What to do after signing up, and how to get the mail again. */
export function CheckMail({ email }: { email: string }) {
  const t = useTranslations('auth');
  const isEvaluation = useIsEvaluation();
  const { failure, isBusy, ask } = useFormState();
  const [isSentAgain, setIsSentAgain] = useState(false);
  return (
    <div className="grid gap-4">
      <div role="status" className="rounded border border-line border-s-4 border-s-accent bg-surface p-4">
        <p className="font-medium">{t('checkMail')}</p>
        <p className="mt-1 text-muted">
          {t.rich('checkMailText', { address: () => <bdi className="break-all text-ink">{email}</bdi> })}
        </p>
        {isEvaluation && <p className="mt-3 text-muted text-sm">{t.rich('mailIsHere', { code })}</p>}
      </div>
      <FailureNote failure={failure} />
      <Button
        type="button"
        disabled={isBusy || isSentAgain}
        onClick={async () => {
          const body = { email, callbackURL: '/verified' };
          if (await ask(() => send('POST', '/api/auth/send-verification-email', body))) setIsSentAgain(true);
        }}
      >
        <span aria-live="polite">{isSentAgain ? t('sentAgain') : t('sendAgain')}</span>
      </Button>
    </div>
  );
}
