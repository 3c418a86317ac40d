import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { ModelId, modelHref } from '@/components/model-id';
import { Multiplier } from '@/components/money';
import { Retirement } from '@/components/retirement';
import { Section } from '@/components/section';
import { Unreachable } from '@/components/unreachable';
import type { Answer } from '@/lib/api/client';
import type { Catalog, Model } from '@/lib/api/public';
import { byPriceThenName } from '@/lib/model-filter';

/** The catalog as a price list: the ids under the multiplier they cost, cheapest first. */
export function LiveCatalog({ catalog }: { catalog: Answer<Catalog> }) {
  const t = useTranslations('landing');
  return (
    <Section id="catalog" title={t('catalog')} text={t('catalogText')}>
      {catalog.ok ? <PriceList models={catalog.value.data} /> : <Unreachable answer={catalog} />}
    </Section>
  );
}

function PriceList({ models }: { models: readonly Model[] }) {
  const t = useTranslations('landing');
  const byMultiplier = Map.groupBy(models.toSorted(byPriceThenName), ({ multiplier }) => multiplier);
  return (
    <>
      <div className="grid gap-7">
        {[...byMultiplier].map(([multiplier, priced]) => (
          <PriceClass key={multiplier} multiplier={multiplier} models={priced} />
        ))}
      </div>
      <p className="mt-6 flex flex-wrap justify-between gap-x-8 gap-y-2">
        {models.every(({ shutdownDate }) => shutdownDate === null) && <span>{t('noRetirement')}</span>}
        <Link href="/models" prefetch={false} className="text-accent underline underline-offset-4">
          {t('catalogMore')}
        </Link>
      </p>
    </>
  );
}

function PriceClass({ multiplier, models }: { multiplier: number; models: readonly Model[] }) {
  const t = useTranslations('catalog');
  const tiers = [...new Set(models.map(({ tier }) => tier))];
  return (
    <div>
      <h3 className="flex flex-wrap items-baseline gap-x-3 border-ink border-b pb-1">
        <span className="font-semibold text-lg">
          <Multiplier value={multiplier} />
        </span>
        <ModelId id={tiers.join(', ')} />
        <span className="ms-auto text-muted text-sm">{t('modelCount', { count: models.length })}</span>
      </h3>
      <ul className="mt-2 grid grid-cols-2 gap-x-6 gap-y-1.5 md:grid-cols-3">
        {models.map(({ id, shutdownDate }) => (
          <li key={id} className="min-w-0 text-sm">
            <Link
              href={modelHref(id)}
              prefetch={false}
              className="underline-offset-4 hover:text-accent hover:underline"
            >
              <ModelId id={id} />
            </Link>
            {shutdownDate && (
              <span className="block">
                <Retirement date={shutdownDate} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
