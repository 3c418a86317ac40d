import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { buttonStyle } from '@/components/ui/button';
import type { Model } from '@/lib/api/public';
import { sampleReceipt } from '@/lib/samples';
import { SampleReceipt } from './sample-receipt';
import { SampleRequest } from './sample-request';

/** What the product is, in the product's own terms: a request and the receipt it leaves. */
export function Opening({ models }: { models: readonly Model[] }) {
  const t = useTranslations('landing');
  const receipt = sampleReceipt(models);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-x-12 gap-y-8 pt-8 pb-12 sm:pt-14 lg:grid-cols-[minmax(0,1fr)_24rem]">
      <div className="grid content-between gap-8">
        <div>
          <h1 className="max-w-xl text-balance font-semibold text-2xl tracking-tight">
            {t('heading', { count: models.length })}
          </h1>
          <p className="mt-3 max-w-xl text-lg text-muted">{t('lead')}</p>
          <p className="mt-5 flex flex-wrap items-center gap-x-5 gap-y-3">
            <Link href="/sign-up" prefetch={false} className={buttonStyle({ look: 'primary' })}>
              {t('signUp')}
            </Link>
            <Link href="/quick-start" prefetch={false} className="text-accent underline underline-offset-4">
              {t('start')}
            </Link>
            <Link href="/models" prefetch={false} className="text-accent underline underline-offset-4">
              {t('seeModels')}
            </Link>
          </p>
        </div>
        <SampleRequest model={receipt.model} />
      </div>
      <SampleReceipt receipt={receipt} />
    </div>
  );
}
