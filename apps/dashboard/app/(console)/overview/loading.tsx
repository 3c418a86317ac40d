import { useTranslations } from 'next-intl';
import { ChartShape, FigureShapes, LoadingPage } from '@/components/console/skeletons';

export default function Loading() {
  const t = useTranslations('console.pages');
  return (
    <LoadingPage title={t('overview')}>
      <FigureShapes />
      <ChartShape />
    </LoadingPage>
  );
}
