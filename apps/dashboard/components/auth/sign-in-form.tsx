'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { FailureNote } from '@/components/failure-note';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { send } from '@/lib/api/browser';
import { CheckMail } from './check-mail';
import { typedIn, useFormState } from './form-state';

/** Address and password; then the second factor, where there is one. */
export function SignInForm({ next }: { next: string }) {
  const t = useTranslations('auth');
  const { failure, isBusy, ask } = useFormState();
  const [email, setEmail] = useState('');
  if (failure?.code === 'email_not_verified') return <CheckMail email={email} />;
  return (
    <form
      // Without script the browser would put the password into the address, were this a GET.
      method="post"
      className="grid gap-4"
      onSubmit={async (event) => {
        const typed = typedIn(event);
        setEmail(typed('email'));
        const answer = await ask(() =>
          send<{ twoFactorRedirect?: boolean }>('POST', '/api/auth/sign-in/email', {
            email: typed('email'),
            password: typed('password'),
          }),
        );
        if (!answer) return;
        const secondStep = `/two-factor?next=${encodeURIComponent(next)}`;
        window.location.assign(answer.value.twoFactorRedirect ? secondStep : next);
      }}
    >
      <Field label={t('email')}>
        <Input name="email" type="email" dir="ltr" autoComplete="username" required autoFocus />
      </Field>
      <Field label={t('password')}>
        <Input name="password" type="password" dir="ltr" autoComplete="current-password" required />
      </Field>
      <FailureNote failure={failure} />
      <Button type="submit" look="primary" disabled={isBusy}>
        {t('signIn')}
      </Button>
      <p className="text-sm">
        <Link href="/forgot-password">{t('forgot')}</Link>
      </p>
    </form>
  );
}
