'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { AskForm } from '@/components/ask-form';
import { Field, Input } from '@/components/ui/field';
import { type Outcome, send } from '@/lib/api/browser';
import { CurrentPassword } from './current-password';
import { Saved } from './saved';

/** Changes nothing by itself: the link in the mail to the new address does. */
export function AddressForm() {
  const t = useTranslations('settings');
  const [sentTo, setSentTo] = useState<string | null>(null);
  return (
    <div>
      <AskForm
        // A new form each time, with nothing left in it.
        key={sentTo}
        submit={t('changeAddress')}
        look="quiet"
        refusals={{ 'invalid_value.password': t('wrongPassword') }}
        ask={async (typed): Promise<Outcome<string>> => {
          const newEmail = typed('newEmail').trim();
          const answer = await send('POST', '/api/auth/change-email', {
            newEmail,
            password: typed('password'),
          });
          return answer.ok ? { ok: true, value: newEmail } : answer;
        }}
        onDone={setSentTo}
      >
        <Field label={t('newAddress')}>
          <Input name="newEmail" type="email" dir="ltr" maxLength={254} autoComplete="email" required />
        </Field>
        <CurrentPassword />
      </AskForm>
      <Saved>
        {sentTo &&
          t.rich('addressSent', { address: () => <bdi className="wrap-anywhere font-medium">{sentTo}</bdi> })}
      </Saved>
    </div>
  );
}
