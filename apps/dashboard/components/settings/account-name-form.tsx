'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { AskForm } from '@/components/ask-form';
import { Field, Input } from '@/components/ui/field';
import { send } from '@/lib/api/browser';
import { Saved } from './saved';

export function AccountNameForm({ name }: { name: string }) {
  const t = useTranslations('settings');
  const router = useRouter();
  const [isSaved, setIsSaved] = useState(false);
  return (
    <div>
      <AskForm
        submit={t('rename')}
        look="quiet"
        ask={(typed) => send('PATCH', '/api/dashboard/account', { name: typed('accountName').trim() })}
        onDone={() => {
          setIsSaved(true);
          router.refresh();
        }}
      >
        <Field label={t('accountName')}>
          <Input name="accountName" defaultValue={name} maxLength={100} required autoComplete="off" />
        </Field>
      </AskForm>
      <Saved>{isSaved && t('renamed')}</Saved>
    </div>
  );
}
