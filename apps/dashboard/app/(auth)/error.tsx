'use client';

import { useTranslations } from 'next-intl';
import { StateMessage } from '@/components/state-message';
import { Button } from '@/components/ui/button';

export default function AuthError({ error, retry }: { error: unknown; retry: () => void }) {
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
