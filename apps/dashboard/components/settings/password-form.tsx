'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { AskForm } from '@/components/ask-form';
import { NewPassword } from '@/components/auth/new-password';
import { Field, Input } from '@/components/ui/field';
import { send } from '@/lib/api/browser';
import { Saved } from './saved';

export function PasswordForm() {
  const t = useTranslations('settings');
  const router = useRouter();
  const [changes, setChanges] = useState(0);
  return (
    <div>
      <AskForm
        key={changes}
        submit={t('changePassword')}
        look="quiet"
        refusals={{ invalid_password: t('wrongPassword') }}
        ask={(typed) =>
          send('POST', '/api/auth/change-password', {
            currentPassword: typed('current'),
            newPassword: typed('password'),
          })
        }
        onDone={() => {
          setChanges(changes + 1);
          router.refresh();
        }}
      >
        <Field label={t('currentPassword')}>
          <Input
            name="current"
            type="password"
            dir="ltr"
            autoComplete="current-password"
            maxLength={128}
            required
          />
        </Field>
        <NewPassword label={t('newPassword')} />
      </AskForm>
      <Saved>{changes > 0 && t('passwordChanged')}</Saved>
    </div>
  );
}
