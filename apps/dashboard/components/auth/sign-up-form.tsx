'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { FailureNote } from '@/components/failure-note';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { send } from '@/lib/api/browser';
import { CheckMail } from './check-mail';
import { typedIn, useFormState } from './form-state';
import { NewPassword } from './new-password';

/** Answers alike whether the address has an account or not: only its mailbox learns which. */
export function SignUpForm({ locale }: { locale: 'en' | 'ar' }) {
  const t = useTranslations('auth');
  const { failure, isBusy, ask } = useFormState();
  const [sentTo, setSentTo] = useState<string | null>(null);
  if (sentTo !== null) return <CheckMail email={sentTo} />;
  return (
    <form
      method="post"
      className="grid gap-4"
      onSubmit={async (event) => {
        const typed = typedIn(event);
        const email = typed('email');
        const body = {
          name: typed('name').trim(),
          email,
          password: typed('password'),
          locale,
          callbackURL: '/verified',
        };
        if (await ask(() => send('POST', '/api/auth/sign-up/email', body))) setSentTo(email);
      }}
    >
      <Field label={t('name')}>
        <Input name="name" autoComplete="name" maxLength={100} required autoFocus />
      </Field>
      <Field label={t('email')}>
        <Input name="email" type="email" dir="ltr" autoComplete="username" required />
      </Field>
      <NewPassword label={t('password')} />
      <FailureNote failure={failure} />
      <Button type="submit" look="primary" disabled={isBusy}>
        {t('createAccount')}
      </Button>
    </form>
  );
}
