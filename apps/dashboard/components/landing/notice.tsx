import { useTranslations } from 'next-intl';
import { code } from '@/components/rich';
import { Section } from '@/components/section';
import { FactTable } from '@/components/ui/table';

const STEPS = ['announced', 'reminded', 'retired', 'repriced'] as const;

export function Notice() {
  const landing = useTranslations('landing');
  const t = useTranslations('notice');
  return (
    <Section id="notice" title={landing('notice')} text={landing('noticeText')}>
      <FactTable
        label={landing('notice')}
        head={[t('when'), t('what')]}
        facts={STEPS.map((step) => ({ key: step, name: t(`${step}When`), value: t.rich(step, { code }) }))}
      />
    </Section>
  );
}
