import { useFormatter, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { CopyButton } from '@/components/copy-button';
import { ModelId } from '@/components/model-id';
import { Money, Multiplier } from '@/components/money';
import { Line, Statement } from '@/components/statement';
import type { UsageRequest } from '@/lib/api/account';
import { priceCredits } from '@/lib/price';
import { receiptText } from '@/lib/receipt-text';
import { Attempts } from './attempts';
import { OutcomeLabel } from './outcome-label';

/** The record of one request, as a till receipt. Every figure is the ledger's; the two products are only spelled out. */
export function RequestReceipt({
  request,
  keyNames,
}: {
  request: UsageRequest;
  keyNames: ReadonlyMap<string, string>;
}) {
  const t = useTranslations('receipt');
  return (
    <article className="max-w-lg rounded border border-line bg-surface px-5 py-4 shadow-hairline">
      <Facts request={request} keyName={request.keyId === null ? null : keyNames.get(request.keyId)} />
      <Perforation />
      {request.outcome === 'open' ? <Held request={request} /> : <Charge request={request} />}
      {request.attempts.length > 0 && (
        <>
          <Perforation />
          <Attempts attempts={request.attempts} />
        </>
      )}
      <Perforation />
      <div className="flex flex-wrap gap-2">
        <CopyButton text={receiptText(request)} label={t('copyReceipt')} />
        <CopyButton text={request.id} label={t('copyId')} />
      </div>
    </article>
  );
}

function Facts({ request, keyName }: { request: UsageRequest; keyName: string | null | undefined }) {
  const t = useTranslations('receipt');
  return (
    <Statement>
      <Line name={t('request')} weight="muted">
        <Long>{request.id}</Long>
      </Line>
      <Line name={t('at')} weight="muted">
        <Time iso={request.createdAt} />
      </Line>
      <Line name={t('model')} weight="muted">
        <Long>
          <ModelId id={request.model} />
        </Long>
      </Line>
      <Line name={t('paidBy')} weight="muted">
        {keyName && <bdi className="ms-auto block max-w-64 wrap-anywhere rtl:text-left">{keyName}</bdi>}
        {request.keyId === null ? t('playground') : <Long>{request.keyId}</Long>}
      </Line>
      <Line name={t('outcome')} weight="muted">
        <OutcomeLabel outcome={request.outcome} />
      </Line>
      <Line name={t('multiplier')} weight="muted">
        <Multiplier value={request.multiplier} />
      </Line>
      {request.outcome !== 'open' && (
        <Line name={t('source')} weight="muted">
          {t(request.usageSource)}
        </Line>
      )}
    </Statement>
  );
}

function Held({ request }: { request: UsageRequest }) {
  const t = useTranslations('receipt');
  return (
    <Statement>
      <Line name={t('heldNow')} weight="total">
        <Money credits={request.held} />
      </Line>
      <p className="font-sans text-muted">{t('openNote')}</p>
    </Statement>
  );
}

function Charge({ request }: { request: UsageRequest }) {
  const t = useTranslations('receipt');
  const { multiplier, promptTokens, completionTokens, credits, held, shortfall } = request;
  const back = Math.max(0, priceCredits({ tokens: 1, multiplier: held - credits }));
  const used = priceCredits({ tokens: promptTokens + completionTokens, multiplier });
  const waived = priceCredits({ tokens: 1, multiplier: used - credits - shortfall });
  return (
    <Statement>
      <Line name={t('prompt', { tokens: promptTokens, multiplier })}>
        <Money credits={priceCredits({ tokens: promptTokens, multiplier })} unit="none" />
      </Line>
      <Line name={t('completion', { tokens: completionTokens, multiplier })}>
        <Money credits={priceCredits({ tokens: completionTokens, multiplier })} unit="none" />
      </Line>
      {waived > 0 && (
        <Line name={t('waived')}>
          <Money credits={-waived} unit="none" />
        </Line>
      )}
      {shortfall > 0 && (
        <Line name={t('shortfall')}>
          <Money credits={-shortfall} unit="none" />
        </Line>
      )}
      <Line name={t('charge')} weight="total">
        <Money credits={credits} />
      </Line>
      <Line name={t('held')} weight="muted">
        <Money credits={held} unit="none" />
      </Line>
      <Line name={t('returned')} weight="muted">
        <Money credits={back} unit="none" />
      </Line>
      {request.balanceAfter !== null && (
        <Line name={t('after')}>
          <Money credits={request.balanceAfter} unit="none" />
        </Line>
      )}
    </Statement>
  );
}

/** To the second, and it says which clock. */
function Time({ iso }: { iso: string }) {
  const format = useFormatter();
  return (
    <time dateTime={iso}>
      {format.dateTime(new Date(iso), {
        dateStyle: 'medium',
        timeStyle: 'medium',
        hourCycle: 'h23',
        timeZone: 'UTC',
      })}{' '}
      UTC
    </time>
  );
}

function Long({ children }: { children: ReactNode }) {
  return (
    <bdi dir="ltr" className="block max-w-52 break-all sm:max-w-none">
      {children}
    </bdi>
  );
}

function Perforation() {
  return <div className="my-3 border-edge border-t border-dashed" aria-hidden="true" />;
}
