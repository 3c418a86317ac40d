'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { FailureNote } from '@/components/failure-note';
import { code } from '@/components/rich';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { send } from '@/lib/api/browser';
import { useIsEvaluation } from './evaluation';
import { typedIn, useFormState } from './form-state';

/** Says the same for every address, so nobody learns here who has an account. */
export function ForgotForm() {
  const t = useTranslations('auth');
  const isEvaluation = useIsEvaluation();
  const { failure, isBusy, ask } = useFormState();
  const [sentTo, setSentTo] = useState<string | null>(null);
  if (sentTo !== null) {
    return (
      <div role="status" className="rounded border border-line border-s-4 border-s-accent bg-surface p-4">
        <p className="font-medium">{t('checkMail')}</p>
        <p className="mt-1 text-muted">
          {t.rich('resetSent', { address: () => <bdi className="break-all text-ink">{sentTo}</bdi> })}
        </p>
        {isEvaluation && <p className="mt-3 text-muted text-sm">{t.rich('mailIsHere', { code })}</p>}
      </div>
    );
  }
  return (
    <form
      method="post"
      className="grid gap-4"
      onSubmit={async (event) => {
        const email = typedIn(event)('email');
        const body = { email, redirectTo: '/reset-password' };
        if (await ask(() => send('POST', '/api/auth/request-password-reset', body))) setSentTo(email);
      }}
    >
      <Field label={t('email')}>
        <Input name="email" type="email" dir="ltr" autoComplete="username" required autoFocus />
      </Field>
      <FailureNote failure={failure} />
      <Button type="submit" look="primary" disabled={isBusy}>
        {t('sendLink')}
      </Button>
    </form>
  );
}
