'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { Button } from './ui/button';

/** Asks the server for the page again. Without script the browser's own button does that. */
export function RetryButton() {
  const t = useTranslations('states');
  const router = useRouter();
  return (
    <Button type="button" className="mt-3 noscript:hidden" onClick={() => router.refresh()}>
      {t('retry')}
    </Button>
  );
}
