'use client';

import { useTranslations } from 'next-intl';
import { type SubmitEvent, useState } from 'react';
import { typedIn, useFormState } from '@/components/auth/form-state';
import { FailureNote } from '@/components/failure-note';
import { Button } from '@/components/ui/button';
import { Field, Input } from '@/components/ui/field';
import { send } from '@/lib/api/browser';

/** At which balance the account's people are told that it is low. */
export function ThresholdForm({ initial }: { initial: number | null }) {
  const t = useTranslations('alerts');
  const { failure, isBusy, ask } = useFormState();
  const [kept, setKept] = useState(initial);
  const [isSaved, setIsSaved] = useState(false);

  async function keep(credits: number | null) {
    const answer = await ask(() =>
      send<{ credits: number | null }>('PUT', '/api/dashboard/alerts/threshold', { credits }),
    );
    if (answer) setKept(answer.value.credits);
    setIsSaved(answer !== null);
  }

  function save(event: SubmitEvent<HTMLFormElement>) {
    void keep(Number(typedIn(event)('credits')));
  }

  return (
    <form method="post" className="grid max-w-md gap-2" onSubmit={save} onChange={() => setIsSaved(false)}>
      <div className="grid grid-cols-[minmax(0,1fr)_auto_auto] items-end gap-2">
        <Field label={t('thresholdField')}>
          <Input
            key={kept}
            name="credits"
            type="number"
            dir="ltr"
            required
            min="0.001"
            step="0.001"
            max="1000000000000"
            defaultValue={kept ?? ''}
            placeholder={t('thresholdOff')}
          />
        </Field>
        <Button type="submit" look="primary" disabled={isBusy}>
          {t('save')}
        </Button>
        {kept !== null && (
          <Button type="button" disabled={isBusy} onClick={() => void keep(null)}>
            {t('switchOff')}
          </Button>
        )}
      </div>
      <p role="status" className="text-muted text-sm">
        {isSaved && (kept === null ? t('switchedOff') : t('saved'))}
      </p>
      <FailureNote failure={failure} />
    </form>
  );
}
