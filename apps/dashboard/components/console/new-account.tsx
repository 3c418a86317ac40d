'use client';

import { useTranslations } from 'next-intl';
import { AskForm } from '@/components/ask-form';
import { Field, Input } from '@/components/ui/field';
import { type Outcome, send } from '@/lib/api/browser';

/** Opens an account for a team and goes to its team page, where the others are invited. */
export function NewAccount({ onCancel }: { onCancel: () => void }) {
  const t = useTranslations('accounts');
  return (
    <AskForm
      submit={t('open')}
      ask={async (typed): Promise<Outcome<unknown>> => {
        const made = await send<{ id: string }>('POST', '/api/dashboard/accounts', {
          name: typed('name').trim(),
        });
        if (!made.ok) return made;
        return send('PUT', '/api/dashboard/active-account', { accountId: made.value.id });
      }}
      // Every page is another account's now, so the browser starts over.
      onDone={() => window.location.assign('/team')}
      onCancel={onCancel}
    >
      <Field label={t('name')}>
        <Input name="name" maxLength={100} required autoFocus autoComplete="off" />
      </Field>
    </AskForm>
  );
}
