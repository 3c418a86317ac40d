import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { AbortTable, STREAM_CASES } from '@/components/abort-table';
import { Section } from '@/components/section';

export function AbortedStreams() {
  const t = useTranslations('landing');
  return (
    <Section id="abort" title={t('abort')} text={t('abortText')}>
      <AbortTable label={t('abort')} cases={STREAM_CASES} />
      <p className="mt-5">
        <Link href="/credits#abort" prefetch={false} className="text-accent underline underline-offset-4">
          {t('abortMore')}
        </Link>
      </p>
    </Section>
  );
}
