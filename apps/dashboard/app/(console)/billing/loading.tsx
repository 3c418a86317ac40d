import { useTranslations } from 'next-intl';
import { FigureShapes, LoadingPage, RowShapes } from '@/components/console/skeletons';

export default function Loading() {
  const t = useTranslations('billing');
  return (
    <LoadingPage title={t('title')}>
      <FigureShapes />
      <RowShapes rows={4} />
      <RowShapes rows={10} height="tall" />
    </LoadingPage>
  );
}
