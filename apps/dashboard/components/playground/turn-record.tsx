'use client';

import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { ModelId } from '@/components/model-id';
import { Money } from '@/components/money';
import type { Turn } from './use-chat';

const AnswerMarkdown = dynamic(() => import('./answer-markdown'), { ssr: false });

/** A question, its answer, and under it what the answer cost as soon as the API has said so. */
export function TurnRecord({ turn }: { turn: Turn }) {
  const t = useTranslations('playground');
  return (
    <li className="grid grid-cols-[minmax(0,1fr)] gap-3 border-line border-b py-5">
      <p dir="auto" className="whitespace-pre-wrap break-words font-medium">
        {turn.question}
      </p>
      {turn.thinking !== '' && (
        <details>
          <summary className="w-fit cursor-pointer text-muted text-sm">{t('thinking')}</summary>
          <p dir="auto" className="mt-1 whitespace-pre-wrap break-words text-muted text-sm">
            {turn.thinking}
          </p>
        </details>
      )}
      {turn.text !== '' && <AnswerMarkdown text={turn.text} />}
      {turn.failure && <Failure failure={turn.failure} />}
      <Cost turn={turn} />
    </li>
  );
}

function Failure({ failure }: { failure: NonNullable<Turn['failure']> }) {
  const t = useTranslations('playground');
  const isShort = failure.code === 'insufficient_credits';
  return (
    <div role="alert" className="rounded border border-line border-s-4 border-s-danger bg-surface px-3 py-2">
      <p className="font-medium">
        {failure.code === 'connection' ? t('connection') : isShort ? t('short') : t('refused')}
      </p>
      {failure.message && (
        <p dir="auto" className="break-words text-muted">
          {failure.message}
        </p>
      )}
      {isShort && (
        <p className="text-muted">
          {t('shortAdvice')}{' '}
          <Link href="/billing" prefetch={false} className="text-accent underline">
            {t('billing')}
          </Link>
        </p>
      )}
    </div>
  );
}

function Cost({ turn }: { turn: Turn }) {
  const t = useTranslations('playground');
  const format = useFormatter();
  const { usage, requestId, state, text } = turn;
  // What never reached a model has left no receipt.
  const isRefused = turn.failure !== null && text === '';
  return (
    <p className="flex min-h-5 flex-wrap items-baseline gap-x-3 text-muted text-sm" aria-live="polite">
      <ModelId id={turn.model} />
      {state === 'running' && <span>{text === '' ? t('waiting') : t('answering')}</span>}
      {state === 'stopped' && <span>{text === '' ? t('stoppedBefore') : t('stoppedAfter')}</span>}
      {usage && (
        <>
          <span>
            {t('tokens', {
              prompt: format.number(usage.promptTokens),
              completion: format.number(usage.completionTokens),
            })}
          </span>
          {usage.credits !== null && (
            <span className="text-ink">
              <Money credits={usage.credits} />
            </span>
          )}
        </>
      )}
      {requestId && state !== 'running' && !isRefused && (
        <Link
          href={`/usage/${encodeURIComponent(requestId)}`}
          prefetch={false}
          className="text-accent underline"
        >
          {t('receipt')}
        </Link>
      )}
    </p>
  );
}
