import { useTranslations } from 'next-intl';
import { Calculator } from '@/components/calculator';
import { Section } from '@/components/section';
import type { Catalog, Model } from '@/lib/api/public';
import { byPriceThenName, first, type SearchParams } from '@/lib/model-filter';
import { SAMPLE_MODEL } from '@/lib/samples';

/** The most tokens one may ask about: enough for a month of anybody's, and exact in every sum. */
const MAX_TOKENS = 999_999_999;

/** Hands the calculator the prices and what the address asks for, so that it also answers without script. */
export function CalculatorSection({ catalog, asked }: { catalog: Catalog; asked: SearchParams }) {
  const t = useTranslations('landing');
  const sorted = catalog.data.toSorted(byPriceThenName);
  const wanted =
    [first(asked.model), SAMPLE_MODEL].map((id) => sorted.find((model) => model.id === id)).find(Boolean) ??
    sorted[0];
  if (!wanted) return null;
  const priceList = [...Map.groupBy(sorted, ({ tier }) => tier)].map(([tier, models]) => ({
    tier,
    models: models.map((model) => ({
      id: model.id,
      multiplier: model.multiplier,
      isEmbedding: isEmbedding(model),
    })),
  }));
  return (
    <Section id="calculator" title={t('calculator')} text={t('calculatorText')}>
      <Calculator
        priceList={priceList}
        tiers={catalog.tiers}
        maxTokens={MAX_TOKENS}
        start={{
          modelId: wanted.id,
          promptTokens: tokensOf(first(asked.in), 1_000),
          completionTokens: tokensOf(first(asked.out), 500),
        }}
      />
    </Section>
  );
}

function tokensOf(text: string, otherwise: number): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : otherwise;
}

function isEmbedding({ category }: Model): boolean {
  return category === 'embedding';
}
