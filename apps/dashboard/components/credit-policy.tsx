import { useTranslations } from 'next-intl';
import type { Answer } from '@/lib/api/client';
import type { Catalog } from '@/lib/api/public';
import { priceCredits } from '@/lib/price';
import { AbortTable, ALL_CASES } from './abort-table';
import { ModelId } from './model-id';
import { Money, Multiplier } from './money';
import { code } from './rich';
import { Section } from './section';
import { FactTable, RowTh, Td, Th } from './ui/table';
import { Unreachable } from './unreachable';

export function Price({ catalog }: { catalog: Answer<Catalog> }) {
  const t = useTranslations('credits');
  return (
    <Section id="price" title={t('price')} text={t('priceText')}>
      <p className="mb-5 rounded border border-line bg-surface px-4 py-3 font-medium">{t('formula')}</p>
      {catalog.ok ? <TierTable catalog={catalog.value} /> : <Unreachable answer={catalog} />}
      <p className="mt-3 text-muted text-sm">{t('tierNote')}</p>
    </Section>
  );
}

function TierTable({ catalog }: { catalog: Catalog }) {
  const t = useTranslations('catalog');
  return (
    <table className="w-full border-collapse" aria-label={t('tier')}>
      <thead>
        <tr>
          <Th>{t('tier')}</Th>
          <Th kind="figure">{t('multiplier')}</Th>
          <Th kind="figure">{t('perMillion')}</Th>
        </tr>
      </thead>
      <tbody>
        {catalog.tiers.map(({ id, multiplier }) => (
          <tr key={id}>
            <RowTh>
              <ModelId id={id} />
            </RowTh>
            <Td kind="figure">
              <Multiplier value={multiplier} />
            </Td>
            <Td kind="figure">
              <Money credits={priceCredits({ tokens: 1_000_000, multiplier })} unit="none" />
            </Td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Holds() {
  const t = useTranslations('credits');
  const ends = ['settled', 'released', 'expired'] as const;
  return (
    <Section id="holds" title={t('holds')} text={t('holdsText')}>
      <FactTable
        label={t('holds')}
        head={[t('end'), t('meaning')]}
        facts={ends.map((end) => ({ key: end, name: t(end), value: t(`${end}Text`) }))}
      />
      <p className="mt-4">{t.rich('short', { code })}</p>
    </Section>
  );
}

export function BurnOrder() {
  const t = useTranslations('credits');
  return (
    <Section id="order" title={t('order')} text={t('orderText')}>
      <ol className="list-decimal ps-5 marker:text-muted marker:tabular-nums">
        <li>{t('order1')}</li>
        <li>{t('order2')}</li>
        <li>{t('order3')}</li>
        <li>{t('order4')}</li>
      </ol>
    </Section>
  );
}

export function AbortPolicy() {
  const t = useTranslations('credits');
  const words = ['output', 'delivered', 'counted'] as const;
  return (
    <Section id="abort" title={t('abort')} text={t('abortText')}>
      <AbortTable label={t('abort')} cases={ALL_CASES} />
      <div className="mt-8">
        <FactTable
          label={t('term')}
          head={[t('term'), t('meaning')]}
          facts={words.map((word) => ({ key: word, name: t(word), value: t(`${word}Text`) }))}
        />
      </div>
    </Section>
  );
}

export function Books() {
  const t = useTranslations('credits');
  return (
    <Section id="books" title={t('books')} text="">
      <p>{t.rich('booksText', { code })}</p>
    </Section>
  );
}
