import { useFormatter, useTranslations } from 'next-intl';
import { Section } from '@/components/section';
import { Line, Statement } from '@/components/statement';
import type { Plan } from '@/lib/api/account';

/** The plan the account is on, and what it allows. */
export function PlanLimits({ plan }: { plan: Plan }) {
  const t = useTranslations('billing');
  const format = useFormatter();
  const limit = (value: number | null) => (value === null ? t('unlimited') : format.number(value));
  return (
    <Section title={t('plan')} text={<bdi>{plan.name}</bdi>}>
      <div className="max-w-md">
        <Statement>
          <Line name={t('requestsPerMinute')}>{limit(plan.requestsPerMinute)}</Line>
          <Line name={t('inFlight')}>{limit(plan.inFlightLimit)}</Line>
          <Line name={t('keyLimit')}>{limit(plan.keyLimit)}</Line>
        </Statement>
      </div>
    </Section>
  );
}
