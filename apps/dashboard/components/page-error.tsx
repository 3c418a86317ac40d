'use client';

import { useTranslations } from 'next-intl';
import { StateMessage } from '@/components/state-message';
import { Button } from '@/components/ui/button';

/** What a page shows in its place when nobody foresaw what failed: what to do, and the code that stands in the log. */
export function PageError({ error, retry }: { error: unknown; retry: () => void }) {
  const t = useTranslations('states');
  const digest = error instanceof Error && 'digest' in error ? String(error.digest) : null;
  return (
    <StateMessage title={t('failed')} text={t('failedText')} reference={digest && `${t('code')} ${digest}`}>
      <Button type="button" onClick={retry}>
        {t('retry')}
      </Button>
    </StateMessage>
  );
}
