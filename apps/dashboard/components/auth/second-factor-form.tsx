'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { FailureNote } from '@/components/failure-note';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { send } from '@/lib/api/browser';
import { typedIn, useFormState } from './form-state';

/** The code of an authenticator app, or one of the codes kept for the day the phone is gone. */
export function SecondFactorForm({ next }: { next: string }) {
  const t = useTranslations('auth');
  const { failure, isBusy, ask } = useFormState();
  const [isBackup, setIsBackup] = useState(false);
  const path = isBackup ? '/api/auth/two-factor/verify-backup-code' : '/api/auth/two-factor/verify-totp';
  return (
    <form
      method="post"
      className="grid gap-4"
      onSubmit={async (event) => {
        const code = typedIn(event)('code').trim();
        if (await ask(() => send('POST', path, { code }))) window.location.assign(next);
      }}
    >
      <Field key={path} label={isBackup ? t('backupCode') : t('code')}>
        {isBackup ? (
          <Input name="code" dir="ltr" autoComplete="off" spellCheck={false} required autoFocus />
        ) : (
          <Input
            name="code"
            dir="ltr"
            inputMode="numeric"
            autoComplete="one-time-code"
            pattern="[0-9]{6}"
            title={t('codeForm')}
            required
            autoFocus
          />
        )}
      </Field>
      <FailureNote failure={failure} />
      <Button type="submit" look="primary" disabled={isBusy}>
        {t('signIn')}
      </Button>
      <Button type="button" onClick={() => setIsBackup(!isBackup)}>
        {isBackup ? t('useCode') : t('useBackupCode')}
      </Button>
    </form>
  );
}
