'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useFormState } from '@/components/auth/form-state';
import { FailureNote } from '@/components/failure-note';
import { Button } from '@/components/ui/button';
import { send } from '@/lib/api/browser';

/** Sends a mail again that was given up. */
export function RetryMail({ mailId }: { mailId: string }) {
  const t = useTranslations('mails');
  const router = useRouter();
  const { failure, isBusy, ask } = useFormState();
  async function retry() {
    if (await ask(() => send('POST', `/api/operator/mails/${mailId}/retry`))) router.refresh();
  }
  return (
    <div className="grid justify-items-end gap-2">
      <Button type="button" look="primary" disabled={isBusy} onClick={retry}>
        {t('retry')}
      </Button>
      <FailureNote failure={failure} />
    </div>
  );
}
