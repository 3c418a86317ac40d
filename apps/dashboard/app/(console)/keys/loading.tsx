import { useTranslations } from 'next-intl';
import { LoadingPage, RowShapes } from '@/components/console/skeletons';

export default function Loading() {
  const t = useTranslations('console.pages');
  return (
    <LoadingPage title={t('keys')} action="with">
      <RowShapes rows={6} height="tall" />
    </LoadingPage>
  );
}
