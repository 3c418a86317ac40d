'use client';

import { useTranslations } from 'next-intl';
import { typedIn, useFormState } from '@/components/auth/form-state';
import { FailureNote } from '@/components/failure-note';
import { Button } from '@/components/ui/button';
import { Field, Select } from '@/components/ui/field';
import { send } from '@/lib/api/browser';
import type { KeyView, ShownKeyView } from '@/lib/api/keys';

/** How long the old secret goes on working: time to put the new one in its place. */
const GRACE_HOURS = [0, 1, 24, 168] as const;

export function RotateKey({
  of,
  onDone,
  onCancel,
}: {
  of: KeyView;
  onDone: (shown: ShownKeyView) => void;
  onCancel: () => void;
}) {
  const t = useTranslations('keys');
  const { failure, isBusy, ask } = useFormState();
  return (
    <form
      method="post"
      className="grid gap-4"
      onSubmit={async (event) => {
        const graceSeconds = Number(typedIn(event)('hours')) * 3600;
        const answer = await ask(() =>
          send<ShownKeyView>('POST', `/api/dashboard/keys/${of.id}/rotate`, { graceSeconds }),
        );
        if (answer) onDone(answer.value);
      }}
    >
      <Field label={t('grace')}>
        <Select name="hours" defaultValue="24">
          {GRACE_HOURS.map((hours) => (
            <option key={hours} value={hours}>
              {t('graceHours', { hours })}
            </option>
          ))}
        </Select>
      </Field>
      <FailureNote failure={failure} />
      <div className="flex justify-end gap-3">
        <Button type="button" onClick={onCancel}>
          {t('cancel')}
        </Button>
        <Button type="submit" look="primary" disabled={isBusy}>
          {t('steps.rotate')}
        </Button>
      </div>
    </form>
  );
}
