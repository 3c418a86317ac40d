'use client';

import { useTranslations } from 'next-intl';
import { useFormState } from '@/components/auth/form-state';
import { FailureNote } from '@/components/failure-note';
import { Button } from '@/components/ui/button';
import { send } from '@/lib/api/browser';
import type { KeyView } from '@/lib/api/keys';

export function RevokeKey({ of, onClose }: { of: KeyView; onClose: () => void }) {
  const t = useTranslations('keys');
  const { failure, isBusy, ask } = useFormState();
  async function revoke() {
    if (await ask(() => send('DELETE', `/api/dashboard/keys/${of.id}`))) onClose();
  }
  return (
    <>
      <FailureNote failure={failure} />
      <div className="flex justify-end gap-3">
        <Button type="button" onClick={onClose}>
          {t('cancel')}
        </Button>
        <Button type="button" look="danger" disabled={isBusy} onClick={revoke}>
          {t('steps.revoke')}
        </Button>
      </div>
    </>
  );
}
