'use client';

import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import type { Tier } from '@/lib/api/public';
import { priceCredits } from '@/lib/price';
import { ModelId } from './model-id';
import { Money, Multiplier } from './money';
import { Line, Statement } from './statement';
import { Field, Input, Select } from './ui/field';

interface PricedTier {
  tier: string;
  models: { id: string; multiplier: number; isEmbedding: boolean }[];
}

interface Question {
  modelId: string;
  promptTokens: number;
  completionTokens: number;
}

interface CalculatorProps {
  priceList: PricedTier[];
  tiers: Tier[];
  maxTokens: number;
  start: Question;
}

/** Tokens in, tokens out, which model: credits. With script it answers as one types, without it on a button. */
export function Calculator({ priceList, tiers, maxTokens, start }: CalculatorProps) {
  const t = useTranslations('calculator');
  const [question, setQuestion] = useState(start);
  const model = priceList.flatMap(({ models }) => models).find(({ id }) => id === question.modelId);
  if (!model) return null;
  const answered = model.isEmbedding ? { ...question, completionTokens: 0 } : question;
  const ask = (part: Partial<Question>) => setQuestion({ ...question, ...part });
  const tokens = (text: string) => Math.min(Number(text.replace(/\D/g, '')), maxTokens);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-x-10 gap-y-6 md:grid-cols-2">
      <form action="/#calculator" className="grid content-start gap-4">
        <Field label={t('model')}>
          <Select
            name="model"
            value={model.id}
            dir="ltr"
            onChange={(event) => ask({ modelId: event.target.value })}
          >
            {priceList.map(({ tier, models }) => (
              <optgroup key={tier} label={tier}>
                {models.map(({ id }) => (
                  <option key={id}>{id}</option>
                ))}
              </optgroup>
            ))}
          </Select>
        </Field>
        <div className="grid grid-cols-2 items-end gap-4">
          <Field label={t('prompt')}>
            <Input
              name="in"
              inputMode="numeric"
              dir="ltr"
              value={question.promptTokens}
              onChange={(event) => ask({ promptTokens: tokens(event.target.value) })}
            />
          </Field>
          <Field label={t('completion')}>
            <Input
              name="out"
              inputMode="numeric"
              dir="ltr"
              disabled={model.isEmbedding}
              value={answered.completionTokens}
              onChange={(event) => ask({ completionTokens: tokens(event.target.value) })}
            />
          </Field>
        </div>
        {model.isEmbedding && <p className="text-muted text-sm">{t('noCompletion')}</p>}
        <button
          type="submit"
          className="hidden h-9 cursor-pointer justify-self-start rounded border border-edge bg-surface px-4 font-medium noscript:block"
        >
          {t('calculate')}
        </button>
      </form>
      <Cost question={answered} multiplier={model.multiplier} tiers={tiers} />
    </div>
  );
}

function Cost({ question, multiplier, tiers }: { question: Question; multiplier: number; tiers: Tier[] }) {
  const t = useTranslations('calculator');
  const format = useFormatter();
  const { promptTokens, completionTokens } = question;
  const total = promptTokens + completionTokens;
  return (
    <div className="rounded border border-line bg-surface px-5 py-4">
      <Statement>
        <Line name={t('promptLine', { tokens: format.number(promptTokens), multiplier })}>
          <Money credits={priceCredits({ tokens: promptTokens, multiplier })} unit="none" />
        </Line>
        <Line name={t('completionLine', { tokens: format.number(completionTokens), multiplier })}>
          <Money credits={priceCredits({ tokens: completionTokens, multiplier })} unit="none" />
        </Line>
        <Line name={t('total')} weight="total">
          <output>
            <Money credits={priceCredits({ tokens: total, multiplier })} />
          </output>
        </Line>
      </Statement>
      <h3 className="mt-3 mb-1.5 text-muted text-sm">{t('tiers')}</h3>
      <Statement>
        {tiers.map((tier) => (
          <Line
            key={tier.id}
            weight={tier.multiplier === multiplier ? 'plain' : 'muted'}
            name={
              <>
                <ModelId id={tier.id} /> <Multiplier value={tier.multiplier} />
              </>
            }
          >
            <Money credits={priceCredits({ tokens: total, multiplier: tier.multiplier })} unit="none" />
          </Line>
        ))}
      </Statement>
    </div>
  );
}
