'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { FailureNote } from '@/components/failure-note';
import { Button } from '@/components/ui/button';
import { send } from '@/lib/api/browser';
import { typedIn, useFormState } from './form-state';
import { NewPassword } from './new-password';

export function ResetForm({ token }: { token: string }) {
  const t = useTranslations('auth');
  const { failure, isBusy, ask } = useFormState();
  const [isDone, setIsDone] = useState(false);
  if (isDone) {
    return (
      <p role="status">
        {t('passwordChanged')} <Link href="/sign-in">{t('signIn')}</Link>
      </p>
    );
  }
  return (
    <form
      method="post"
      className="grid gap-4"
      onSubmit={async (event) => {
        const newPassword = typedIn(event)('password');
        if (await ask(() => send('POST', '/api/auth/reset-password', { newPassword, token })))
          setIsDone(true);
      }}
    >
      <NewPassword label={t('newPassword')} />
      <FailureNote failure={failure} />
      <Button type="submit" look="primary" disabled={isBusy}>
        {t('savePassword')}
      </Button>
    </form>
  );
}
