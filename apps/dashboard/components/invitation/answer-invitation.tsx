'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useFormState } from '@/components/auth/form-state';
import { FailureNote } from '@/components/failure-note';
import { Button } from '@/components/ui/button';
import { send } from '@/lib/api/browser';

/** The two answers there are. Accepting leads into the account that was joined. */
export function AnswerInvitation({ id }: { id: string }) {
  const t = useTranslations('invitation');
  const { failure, isBusy, ask } = useFormState();
  const [answered, setAnswered] = useState<'accept' | 'decline' | null>(null);
  const openOverview = () => window.location.assign('/overview');
  async function answer(what: 'accept' | 'decline') {
    const done = await ask(() =>
      send('POST', `/api/dashboard/invitations/${encodeURIComponent(id)}/${what}`, {}),
    );
    if (!done) return;
    setAnswered(what);
    // The account joined is the active one; every page is its own from here on.
    if (what === 'accept') openOverview();
  }
  if (answered === 'decline') {
    return (
      <div className="grid gap-4">
        <p
          role="status"
          className="rounded border border-line border-s-4 border-s-accent bg-surface px-3 py-2"
        >
          {t('declinedNote')}
        </p>
        <Button type="button" onClick={openOverview}>
          {t('openOverview')}
        </Button>
      </div>
    );
  }
  return (
    <div className="grid gap-3">
      <FailureNote failure={failure} refusals={{ conflict: t('overNow'), not_found: t('overNow') }} />
      <Button
        type="button"
        look="primary"
        disabled={isBusy || answered !== null}
        onClick={() => answer('accept')}
      >
        {t('accept')}
      </Button>
      <Button type="button" disabled={isBusy || answered !== null} onClick={() => answer('decline')}>
        {t('decline')}
      </Button>
    </div>
  );
}
