import { useTranslations } from 'next-intl';
import { LoadingPage, ReceiptShape } from '@/components/console/skeletons';

export default function Loading() {
  const t = useTranslations('usage');
  return (
    <LoadingPage title={t('receipt')}>
      <ReceiptShape />
    </LoadingPage>
  );
}
