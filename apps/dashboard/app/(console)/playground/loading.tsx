import { useTranslations } from 'next-intl';
import { ChartShape, LoadingPage } from '@/components/console/skeletons';

export default function Loading() {
  const t = useTranslations('playground');
  return (
    <LoadingPage title={t('title')}>
      <ChartShape />
    </LoadingPage>
  );
}
