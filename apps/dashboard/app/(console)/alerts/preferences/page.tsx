import type { Metadata } from 'next';
import Link from 'next/link';
import { NextIntlClientProvider } from 'next-intl';
import { getMessages, getTranslations } from 'next-intl/server';
import { PreferenceTable } from '@/components/alerts/preference-table';
import { ThresholdSection } from '@/components/alerts/threshold-section';
import { ConsolePage } from '@/components/console/console-page';
import { buttonStyle } from '@/components/ui/button';
import { Unreachable } from '@/components/unreachable';
import { readAlertPreferences, readAlertThreshold } from '@/lib/api/alerts';
import { readMe } from '@/lib/api/session';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('alerts'))('preferencesTitle') };
}

export default async function AlertPreferencesPage() {
  const t = await getTranslations('alerts');
  const [threshold, preferences, me] = await Promise.all([
    readAlertThreshold(),
    readAlertPreferences(),
    readMe(),
  ]);
  const maySet = me.ok && (me.value.active?.rights.includes('alerts:write') ?? false);
  const { alerts, failure } = await getMessages();
  return (
    <NextIntlClientProvider messages={{ alerts, failure }}>
      <ConsolePage
        title={t('preferencesTitle')}
        action={
          <Link href="/alerts" prefetch={false} className={buttonStyle()}>
            {t('back')}
          </Link>
        }
      >
        {threshold.ok ? (
          <ThresholdSection credits={threshold.value.credits} maySet={maySet} />
        ) : (
          <Unreachable answer={threshold} />
        )}
        <section aria-labelledby="told">
          <h2 id="told" className="font-semibold text-lg">
            {t('told')}
          </h2>
          <p className="max-w-prose pt-1 pb-2 text-muted">{t('toldText')}</p>
          {preferences.ok ? (
            <PreferenceTable initial={preferences.value.data} />
          ) : (
            <Unreachable answer={preferences} />
          )}
        </section>
      </ConsolePage>
    </NextIntlClientProvider>
  );
}
