import type { Metadata } from 'next';
import Link from 'next/link';
import { NextIntlClientProvider } from 'next-intl';
import { getMessages, getTranslations } from 'next-intl/server';
import { AlertChoice, AlertList } from '@/components/alerts/alert-list';
import { MarkRead } from '@/components/alerts/mark-read';
import { ConsolePage } from '@/components/console/console-page';
import { buttonStyle } from '@/components/ui/button';
import { Unreachable } from '@/components/unreachable';
import { readAlertFilter } from '@/lib/alert-filter';
import { readAlerts } from '@/lib/api/alerts';
import type { SearchParams } from '@/lib/model-filter';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('alerts'))('title') };
}

export default async function AlertsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations('alerts');
  const filter = readAlertFilter(await searchParams);
  const alerts = await readAlerts({
    ...(filter.isUnreadOnly && { unread: 'true' }),
    ...(filter.cursor && { cursor: filter.cursor }),
  });
  const unread = alerts.ok ? alerts.value.unread : 0;
  const { alerts: messages, failure } = await getMessages();
  return (
    <NextIntlClientProvider messages={{ alerts: messages, failure }}>
      <ConsolePage
        title={t('title')}
        action={
          <div className="flex flex-wrap items-start gap-2">
            <Link href="/alerts/preferences" prefetch={false} className={buttonStyle()}>
              {t('preferences')}
            </Link>
            {unread > 0 && <MarkRead />}
          </div>
        }
        filters={<AlertChoice filter={filter} unread={unread} />}
      >
        {alerts.ok ? <AlertList alerts={alerts.value} filter={filter} /> : <Unreachable answer={alerts} />}
      </ConsolePage>
    </NextIntlClientProvider>
  );
}
