import { useTranslations } from 'next-intl';
import { ModelId } from '@/components/model-id';
import { Money, Multiplier } from '@/components/money';
import { Line, Statement } from '@/components/statement';
import type { sampleReceipt } from '@/lib/samples';

/** What the example request leaves behind: the same lines as the record of a real one. */
export function SampleReceipt({ receipt }: { receipt: ReturnType<typeof sampleReceipt> }) {
  const t = useTranslations('receipt');
  const landing = useTranslations('landing');
  const { multiplier } = receipt;
  return (
    <div className="grid content-start gap-3">
      <section
        aria-label={landing('receipt')}
        className="rounded border border-line bg-surface px-5 py-4 shadow-hairline"
      >
        <h2 className="font-medium">{landing('receipt')}</h2>
        <Perforation />
        <Statement>
          <Line name={t('model')} weight="muted">
            <ModelId id={receipt.model} />
          </Line>
          <Line name={t('multiplier')} weight="muted">
            <Multiplier value={multiplier} />
          </Line>
          <Line name={t('source')} weight="muted">
            {t('reported')}
          </Line>
        </Statement>
        <Perforation />
        <Statement>
          <Line name={t('prompt', { tokens: receipt.promptTokens, multiplier })}>
            <Money credits={receipt.prompt} unit="none" />
          </Line>
          <Line name={t('completion', { tokens: receipt.completionTokens, multiplier })}>
            <Money credits={receipt.completion} unit="none" />
          </Line>
          <Line name={t('charge')} weight="total">
            <Money credits={receipt.charge} />
          </Line>
          <Line name={t('held')} weight="muted">
            <Money credits={receipt.held} unit="none" />
          </Line>
          <Line name={t('returned')} weight="muted">
            <Money credits={receipt.returned} unit="none" />
          </Line>
        </Statement>
        <Perforation />
        <Statement>
          <Line name={t('before')} weight="muted">
            <Money credits={receipt.before} unit="none" />
          </Line>
          <Line name={t('after')}>
            <Money credits={receipt.after} unit="none" />
          </Line>
        </Statement>
      </section>
      <p className="text-muted text-sm">{landing('receiptNote')}</p>
    </div>
  );
}

function Perforation() {
  return <div className="my-3 border-edge border-t border-dashed" aria-hidden="true" />;
}
