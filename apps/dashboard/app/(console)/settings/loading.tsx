import { useTranslations } from 'next-intl';
import { FormShapes, LoadingPage } from '@/components/console/skeletons';

export default function Loading() {
  const t = useTranslations('settings');
  return (
    <LoadingPage title={t('title')}>
      <FormShapes count={5} />
    </LoadingPage>
  );
}
