import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import type { Model } from '@/lib/api/public';
import { priceCredits } from '@/lib/price';
import { Abilities } from './abilities';
import { useCatalogLabels } from './labels';
import { type CatalogBase, ModelId, modelHref } from './model-id';
import { Money, Multiplier } from './money';
import { Retirement } from './retirement';
import { RowTh, Td, Th } from './ui/table';

const fromTablet = 'hidden md:table-cell';
const fromDesktop = 'hidden lg:table-cell';

/** The catalog, cheapest first. On a phone a row is two lines: which and how much, then kind and how long. */
export function ModelTable({
  models,
  count,
  base,
}: {
  models: readonly Model[];
  count: number;
  base: CatalogBase;
}) {
  const t = useTranslations('models');
  const catalog = useTranslations('catalog');
  return (
    <>
      <p className="mt-6 mb-2 flex justify-between gap-4 text-muted text-sm" role="status">
        {t('shown', { shown: models.length, count })}
        {models.length < count && (
          <Link href={base} prefetch={false} className="text-accent underline underline-offset-4">
            {t('clear')}
          </Link>
        )}
      </p>
      {models.length === 0 ? (
        <p className="border-line border-t py-10 text-lg">{t('empty')}</p>
      ) : (
        <table className="mb-12 w-full border-separate border-spacing-0" aria-label={t('title')}>
          <thead>
            <tr>
              <Th>{catalog('model')}</Th>
              <Th className={fromTablet}>{catalog('kind')}</Th>
              <Th className={fromDesktop}>{catalog('capabilities')}</Th>
              <Th className={fromDesktop}>{catalog('parameters')}</Th>
              <Th kind="figure" className={fromTablet}>
                {catalog('context')}
              </Th>
              <Th kind="figure" className="w-0 max-md:pe-0">
                {catalog('multiplier')}
              </Th>
              <Th kind="figure" className={fromDesktop}>
                {catalog('perMillion')}
              </Th>
              <Th className={fromTablet}>{catalog('retires')}</Th>
            </tr>
          </thead>
          <tbody>
            {models.map((model) => (
              <ModelRow key={model.id} model={model} base={base} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function ModelRow({ model, base }: { model: Model; base: CatalogBase }) {
  const format = useFormatter();
  const t = useTranslations('catalog');
  const labels = useCatalogLabels();
  const context = format.number(model.contextWindow);
  return (
    <tr className="relative align-baseline hover:bg-wash">
      <RowTh>
        <Link
          href={modelHref(model.id, base)}
          prefetch={false}
          className="underline-offset-4 after:absolute after:inset-0 hover:text-accent"
        >
          <ModelId id={model.id} />
        </Link>
        <span className="block text-muted text-sm md:hidden">
          {labels.category(model.category)} · {t('contextTokens', { value: context })}
          {model.shutdownDate && (
            <>
              {' · '}
              <Retirement date={model.shutdownDate} />
            </>
          )}
        </span>
      </RowTh>
      <Td className={`whitespace-nowrap ${fromTablet}`}>{labels.category(model.category)}</Td>
      <Td className={fromDesktop}>
        <Abilities of={model} />
      </Td>
      <Td className={`text-muted text-sm ${fromDesktop}`}>
        <bdi>{model.parameters}</bdi>
      </Td>
      <Td kind="figure" className={fromTablet}>
        {context}
      </Td>
      <Td kind="figure" className="font-medium max-md:pe-0">
        <Multiplier value={model.multiplier} />
      </Td>
      <Td kind="figure" className={fromDesktop}>
        <Money credits={priceCredits({ tokens: 1_000_000, multiplier: model.multiplier })} unit="none" />
      </Td>
      <Td className={`whitespace-nowrap text-sm ${fromTablet}`}>
        <Retirement date={model.shutdownDate} />
      </Td>
    </tr>
  );
}
