'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { Outcome } from '@/lib/api/browser';
import { typedIn, useFormState } from './auth/form-state';
import { FailureNote } from './failure-note';
import { Button } from './ui/button';

/** A form that asks the API one thing: its fields, why it was refused, and the button that says what it does. */
export function AskForm<T>({
  submit,
  look = 'primary',
  ask: call,
  onDone,
  onCancel,
  refusals,
  children,
}: {
  submit: string;
  look?: 'primary' | 'danger' | 'quiet';
  ask: (typed: (name: string) => string) => Promise<Outcome<T>>;
  onDone: (value: T) => void;
  onCancel?: () => void;
  /** What an error's code means in this form, where that is more than it means everywhere. */
  refusals?: Record<string, string>;
  children?: ReactNode;
}) {
  const t = useTranslations('states');
  const { failure, isBusy, ask } = useFormState();
  return (
    <form
      // A GET would put what was typed into the address, were the script not there yet.
      method="post"
      className="grid grid-cols-[minmax(0,1fr)] gap-4"
      onSubmit={async (event) => {
        const typed = typedIn(event);
        const answer = await ask(() => call(typed));
        if (answer) onDone(answer.value);
      }}
    >
      {children}
      <div className="[&>[role=alert]:not(:empty)]:mb-4">
        <FailureNote failure={failure} refusals={refusals} />
        <div className={`flex gap-3 ${onCancel ? 'justify-end' : ''}`}>
          {onCancel && (
            <Button type="button" onClick={onCancel}>
              {t('cancel')}
            </Button>
          )}
          <Button type="submit" look={look} disabled={isBusy}>
            {submit}
          </Button>
        </div>
      </div>
    </form>
  );
}
