import { useTranslations } from 'next-intl';
import { ChartShape, FigureShapes, LoadingPage, RowShapes } from '@/components/console/skeletons';

export default function Loading() {
  const t = useTranslations('usage');
  return (
    <LoadingPage title={t('title')} action="with">
      <FigureShapes count={4} />
      <ChartShape />
      <RowShapes rows={10} />
    </LoadingPage>
  );
}
