'use client';

import { useTranslations } from 'next-intl';
import type { Failure } from '@/lib/api/browser';

/** Why the form was refused, in the reader's language where we know the case, else in the API's own words. */
export function FailureNote({
  failure,
  refusals = {},
}: {
  failure: Failure | null;
  /** What an error's code, or its code and field, means here, where that is more than it means everywhere. */
  refusals?: Record<string, string> | undefined;
}) {
  const t = useTranslations('failure');
  return (
    <div role="alert">
      {failure && (
        <div className="rounded border border-line border-s-4 border-s-danger bg-surface px-3 py-2">
          <p>
            {refusals[`${failure.code}.${failure.param}`] ??
              refusals[`${failure.code}`] ??
              describe(failure, t)}
          </p>
          {failure.requestId && (failure.status ?? 500) >= 500 && (
            <p className="mt-1 text-muted text-sm">
              {t('request')} <bdi className="font-mono">{failure.requestId}</bdi>
            </p>
          )}
        </div>
      )}
    </div>
  );
}

function describe(failure: Failure, t: ReturnType<typeof useTranslations<'failure'>>): string {
  if (failure.status === null) return t('away');
  if (failure.status === 429) {
    return failure.waitSeconds ? t('wait', { seconds: failure.waitSeconds }) : t('waitABit');
  }
  const key = `codes.${failure.code}` as 'codes.invalid_code';
  if (failure.code && t.has(key)) return t(key);
  return failure.message ?? t('unknown');
}
