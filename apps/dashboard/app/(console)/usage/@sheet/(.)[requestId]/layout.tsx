import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { PageSheet } from '@/components/ui/page-sheet';

/** Stands while the receipt is fetched, so that a row answers at once. */
export default function ReceiptSheet({ children }: { children: ReactNode }) {
  const t = useTranslations('usage');
  return (
    <PageSheet title={t('receipt')} close={t('close')}>
      {children}
    </PageSheet>
  );
}
