import { useFormatter, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { Model } from '@/lib/api/public';
import { priceCredits } from '@/lib/price';
import { clientSamples } from '@/lib/samples';
import { Abilities } from './abilities';
import { ClientSamples } from './client-samples';
import { CodeBlock } from './code-block';
import { CopyButton } from './copy-button';
import { useCatalogLabels } from './labels';
import { ModelId } from './model-id';
import { Money, Multiplier } from './money';
import { Retirement } from './retirement';

/** Everything the catalog says about one model. */
export function ModelRecord({ model, baseUrl }: { model: Model; baseUrl: string }) {
  const t = useTranslations('catalog');
  const format = useFormatter();
  const labels = useCatalogLabels();
  const { maxOutputTokens } = model;
  const samples = clientSamples({ baseUrl, model: model.id });
  return (
    <div className="mb-12 grid grid-cols-[minmax(0,1fr)] items-start gap-10 lg:grid-cols-2">
      <dl className="border-line border-t">
        <Entry name={t('id')}>
          <span className="inline-flex items-center gap-3">
            <ModelId id={model.id} />
            <CopyButton text={model.id} />
          </span>
        </Entry>
        <Entry name={t('multiplier')}>
          <Multiplier value={model.multiplier} /> <span className="text-muted">· {t('perToken')}</span>
        </Entry>
        <Entry name={t('perMillion')}>
          <Money credits={priceCredits({ tokens: 1_000_000, multiplier: model.multiplier })} />
        </Entry>
        <Entry name={t('tier')}>
          <ModelId id={model.tier} />
        </Entry>
        <Entry name={t('retires')}>
          <Retirement date={model.shutdownDate} />
        </Entry>
        <Entry name={t('kind')}>{labels.category(model.category)}</Entry>
        <Entry name={t('capabilities')}>
          {model.capabilities.length > 0 ? <Abilities of={model} /> : '–'}
        </Entry>
        <Entry name={t('context')}>{format.number(model.contextWindow)}</Entry>
        {maxOutputTokens !== null && <Entry name={t('maxOutput')}>{format.number(maxOutputTokens)}</Entry>}
        <Entry name={t('parameters')}>
          <bdi>{model.parameters}</bdi>
        </Entry>
        <Entry name={t('bestFor')}>
          <bdi lang="en">{model.bestFor}</bdi>
        </Entry>
        <Entry name={t('vendor')}>
          <bdi>{model.vendor}</bdi>
        </Entry>
        <Entry name={t('license')}>
          <bdi>{model.license}</bdi>
        </Entry>
      </dl>
      {model.category === 'embedding' ? (
        <CodeBlock title="curl" code={samples.embeddings} />
      ) : (
        <ClientSamples samples={samples} />
      )}
    </div>
  );
}

function Entry({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[9rem_minmax(0,1fr)] items-baseline gap-x-4 border-line border-b py-2 sm:grid-cols-[13rem_minmax(0,1fr)]">
      <dt className="text-muted">{name}</dt>
      <dd className="tabular-nums">{children}</dd>
    </div>
  );
}
