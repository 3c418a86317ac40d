'use client';

import { useRouter } from 'next/navigation';
import { useFormState } from '@/components/auth/form-state';
import { FailureNote } from '@/components/failure-note';
import { Button } from '@/components/ui/button';
import { send } from '@/lib/api/browser';

/** Ends one session or all others at once; the list is then read anew. */
export function EndSession({
  path,
  body,
  label,
  title,
  size,
}: {
  path: 'revoke-session' | 'revoke-other-sessions';
  body: object;
  label: string;
  title?: string;
  size?: 'small';
}) {
  const router = useRouter();
  const { failure, isBusy, ask } = useFormState();
  async function end() {
    if (await ask(() => send('POST', `/api/auth/${path}`, body))) router.refresh();
  }
  return (
    <div className="grid shrink-0 justify-items-start gap-2">
      <Button type="button" size={size} disabled={isBusy} aria-label={title} onClick={end}>
        {label}
      </Button>
      <FailureNote failure={failure} />
    </div>
  );
}
