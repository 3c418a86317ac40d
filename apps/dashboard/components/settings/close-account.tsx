'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { AskForm } from '@/components/ask-form';
import { Money } from '@/components/money';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, Input } from '@/components/ui/field';
import { send } from '@/lib/api/browser';
import { CurrentPassword } from './current-password';

type Closed = 'closed' | 'closing';

/** Closes the account for good. It says what goes before, and afterwards what is still to end. */
export function CloseAccount({
  name,
  kind,
  creditsLeft,
}: {
  name: string;
  kind: 'personal' | 'team';
  /** Null: the balance could not be read. */
  creditsLeft: number | null;
}) {
  const t = useTranslations('settings');
  const [isOpen, setIsOpen] = useState(false);
  const [end, setEnd] = useState<{ state: Closed; next: string } | null>(null);
  // Kept with the answer: the page is read anew in the account that comes next while this still stands.
  // The session is over with the person; a team's members go on in another account.
  const next = kind === 'personal' ? '/' : '/overview';
  return (
    <>
      <Button type="button" onClick={() => setIsOpen(true)}>
        {t(`closeButton.${kind}`)}
      </Button>
      <Dialog
        isOpen={isOpen}
        onClose={() => setIsOpen(false)}
        isKept={end !== null}
        title={end ? t(`closed.${end.state}`) : t(`closeQuestion.${kind}`)}
        text={end ? t(`closedText.${end.state}`) : t(`closeWarning.${kind}`)}
      >
        {end && (
          <Button type="button" look="primary" onClick={() => window.location.assign(end.next)}>
            {t('leave')}
          </Button>
        )}
        {!end && (
          <AskForm<{ state: Closed }>
            submit={t(`closeButton.${kind}`)}
            look="danger"
            ask={(typed) =>
              send('DELETE', '/api/dashboard/account', {
                confirmName: typed('confirmName'),
                password: typed('password'),
              })
            }
            refusals={{
              conflict: t('ownsTeams'),
              'invalid_value.confirmName': t('wrongName'),
              'invalid_value.password': t('wrongPassword'),
            }}
            onDone={({ state }) => setEnd({ state, next })}
            onCancel={() => setIsOpen(false)}
          >
            <p className="rounded border border-line border-s-4 border-s-danger bg-surface px-3 py-2">
              {creditsLeft === null
                ? t('creditsGoUnread')
                : t.rich('creditsGo', { credits: () => <Money credits={creditsLeft} /> })}
            </p>
            <Field label={t('confirmName')}>
              <Input
                name="confirmName"
                placeholder={name}
                maxLength={200}
                required
                autoFocus
                autoComplete="off"
              />
            </Field>
            <CurrentPassword />
          </AskForm>
        )}
      </Dialog>
    </>
  );
}
