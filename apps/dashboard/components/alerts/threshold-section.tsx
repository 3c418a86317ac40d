import { useTranslations } from 'next-intl';
import { Money } from '@/components/money';
import { ThresholdForm } from './threshold-form';

/** At which balance it is low: for whoever may set it a form, for all others a figure. */
export function ThresholdSection({ credits, maySet }: { credits: number | null; maySet: boolean }) {
  const t = useTranslations('alerts');
  return (
    <section aria-labelledby="low-balance" className="pb-6">
      <h2 id="low-balance" className="font-semibold text-lg">
        {t('thresholdTitle')}
      </h2>
      <p className="max-w-prose pt-1 pb-3 text-muted">{t('thresholdText')}</p>
      {maySet && <ThresholdForm initial={credits} />}
      {!maySet && (
        <p className="font-medium">{credits === null ? t('thresholdOff') : <Money credits={credits} />}</p>
      )}
    </section>
  );
}
