import { useTranslations } from 'next-intl';
import { LoadingPage, RowShapes } from '@/components/console/skeletons';

export default function Loading() {
  const t = useTranslations('console.pages');
  return (
    <LoadingPage title={t('team')} action="with">
      <RowShapes rows={4} height="tall" />
      <RowShapes rows={7} />
    </LoadingPage>
  );
}
