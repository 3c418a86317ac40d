import { useTranslations } from 'next-intl';
import type { Unreachable as UnreachableAnswer } from '@/lib/api/client';
import { RetryButton } from './retry-button';

/** Stands where the API's data would be; the rest of the page stays. */
export function Unreachable({ answer }: { answer: UnreachableAnswer }) {
  const t = useTranslations('states');
  if (answer.status === 403) return <NoRight />;
  return (
    <div role="status" className="rounded border border-line border-s-4 border-s-danger bg-surface p-4">
      <p className="font-medium">{t('unreachable')}</p>
      <p className="text-muted">{t('unreachableText')}</p>
      {answer.requestId && (
        <p className="mt-2 text-muted text-sm">
          {t('requestId')} <bdi className="font-mono">{answer.requestId}</bdi>
        </p>
      )}
      <RetryButton />
    </div>
  );
}

/** Not a failure, so nothing to try again: somebody else has to act. */
function NoRight() {
  const t = useTranslations('states');
  return (
    <div className="rounded border border-line bg-surface p-4">
      <p className="font-medium">{t('noRight')}</p>
      <p className="text-muted">{t('noRightText')}</p>
    </div>
  );
}
