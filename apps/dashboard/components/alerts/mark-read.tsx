'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState, useTransition } from 'react';
import { FailureNote } from '@/components/failure-note';
import { Button } from '@/components/ui/button';
import { type Failure, send } from '@/lib/api/browser';

/** Marks one alert as read; without an id, all of them. */
export function MarkRead({ alertId, title }: { alertId?: string; title?: string }) {
  const t = useTranslations('alerts');
  const router = useRouter();
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isBusy, start] = useTransition();
  function mark() {
    start(async () => {
      const path = alertId ? `/api/dashboard/alerts/${alertId}/read` : '/api/dashboard/alerts/read-all';
      const answer = await send('POST', path);
      setFailure(answer.ok ? null : answer.failure);
      if (answer.ok) router.refresh();
    });
  }
  return (
    <div className="grid justify-items-end gap-2">
      <Button
        type="button"
        size={alertId ? 'small' : 'normal'}
        disabled={isBusy}
        onClick={mark}
        aria-label={title && t('markReadOf', { title })}
      >
        {alertId ? t('markRead') : t('markAllRead')}
      </Button>
      {failure && <FailureNote failure={failure} />}
    </div>
  );
}
